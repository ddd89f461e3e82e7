/* SPDX-License-Identifier: MIT OR Apache-2.0
 * Memory of a ring that nobody has written to costs its first writer many times what a record does, most of all on a virtual
 * machine: hud writes to all of it beforehand, lest the target does.
 */
#ifndef HUD_RING_BPF_H
#define HUD_RING_BPF_H

#define RING_PAGE 4096
#define RING_HEADER 8 /* of a record, which the kernel writes */
#define MOST_RING_PAGES 4096

/*
 * The program touch_RING, which fills a ring with records that nobody will get. Not in a loop of its own, each round of which
 * the verifier would follow.
 */
#define TOUCH_RING(ring)                                                                        \
	static long touch_page_of_##ring(__u32 index, void *context)                            \
	{                                                                                       \
		void *page = bpf_ringbuf_reserve(&ring, RING_PAGE - RING_HEADER, 0);            \
                                                                                                \
		if (!page)                                                                      \
			return 1;                                                               \
		bpf_ringbuf_discard(page, BPF_RB_NO_WAKEUP);                                    \
		return 0;                                                                       \
	}                                                                                       \
                                                                                                \
	SEC("syscall")                                                                          \
	int touch_##ring(void *ctx)                                                             \
	{                                                                                       \
		bpf_loop(MOST_RING_PAGES, touch_page_of_##ring, NULL, 0);                       \
		return 0;                                                                       \
	}

#endif
