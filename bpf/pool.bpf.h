/* SPDX-License-Identifier: MIT OR Apache-2.0
 * Takes free slots and gives them back, without a lock. A queue map would do, but sleepable programs, such as the walk over
 * all threads, may not use one on older kernels (6.1: "Sleepable programs can only use array, hash, and ringbuf maps").
 */
#ifndef HUD_POOL_BPF_H
#define HUD_POOL_BPF_H

#include "kernel.h"
#include "events.h"

#define POOL_ATTEMPTS 16 /* each fails only when another CPU has succeeded meanwhile */

SEC(".data.pools") struct hud_pools pools;

static __always_inline __u32 *below(struct hud_pool *pool, __u64 slot)
{
	/* The compiler may not leave out what the verifier needs. */
	asm volatile("%0 &= %1" : "+r"(slot) : "i"(HUD_POOL - 1));
	return &pool->below[slot];
}

static __always_inline bool replace(struct hud_pool *pool, __u64 head, __u32 top)
{
	return __sync_bool_compare_and_swap(&pool->head, head, ((head >> 32) + 1) << 32 | top);
}

static __always_inline bool take(struct hud_pool *pool, __u32 *slot)
{
	for (int i = 0; i < POOL_ATTEMPTS; i++) {
		__u64 head = *(volatile __u64 *)&pool->head;
		__u32 top = head;

		if (!top)
			return false;
		if (replace(pool, head, *below(pool, top - 1))) {
			*slot = top - 1;
			return true;
		}
	}
	return false;
}

static __always_inline void give_back(struct hud_pool *pool, __u32 slot)
{
	for (int i = 0; i < POOL_ATTEMPTS; i++) {
		__u64 head = *(volatile __u64 *)&pool->head;

		*below(pool, slot) = head;
		if (replace(pool, head, slot + 1))
			return;
	}
}

#endif
