/* SPDX-License-Identifier: MIT OR Apache-2.0
 * Memory of a ring that nobody has written to costs its first writer many times what a record does, most of all on a virtual
 * machine: hud writes to all of it beforehand, lest the target does.
 */
#ifndef HUD_RING_BPF_H
#define HUD_RING_BPF_H

#define RING_PAGE 4096
#define RING_HEADER 8 /* of a record, which the kernel writes */
#define MOST_RING_PAGES 4096

/* Fills the ring with records that nobody will get. */
static __always_inline int touch_ring(void *ring)
{
	int i;

	for (i = 0; i < MOST_RING_PAGES; i++) {
		void *page = bpf_ringbuf_reserve(ring, RING_PAGE - RING_HEADER, 0);

		if (!page)
			break;
		bpf_ringbuf_discard(page, BPF_RB_NO_WAKEUP);
	}
	return 0;
}

#endif
