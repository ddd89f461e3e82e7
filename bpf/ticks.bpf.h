/* SPDX-License-Identifier: MIT OR Apache-2.0
 * Looks between two scheduler ticks, where they are too far apart: a timer on the CPU, set for one look at a time.
 */
#ifndef HUD_TICKS_BPF_H
#define HUD_TICKS_BPF_H

#include "maps.bpf.h"

#define CLOCK_MONOTONIC 1

struct hud_look {
	struct bpf_timer timer;
	__u32 ready;
	__u32 padding;
};

/* One a CPU. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 8);
	__type(key, __u32);
	__type(value, struct hud_look);
} looks SEC(".maps");

/* It is enough that it expires, which on_tick is told of. */
static int on_look(void *map, __u32 *cpu, struct hud_look *look)
{
	return 0;
}

/* Has on_tick look at this CPU a sample period from now. */
static __always_inline void look_again(void)
{
	__u32 cpu = bpf_get_smp_processor_id();
	struct hud_look *look;

	if (!settings.at_ticks)
		return;
	look = bpf_map_lookup_elem(&looks, &cpu);
	if (!look)
		return;
	if (!look->ready) {
		look->ready = 1;
		bpf_timer_init(&look->timer, &looks, CLOCK_MONOTONIC);
		bpf_timer_set_callback(&look->timer, on_look);
	}
	if (!bpf_timer_start(&look->timer, settings.sample_period_ns, 0))
		count(HUD_SAMPLES);
}

#endif
