/* SPDX-License-Identifier: MIT OR Apache-2.0
 * Who waits for I/O. One worker of a runtime at a time does; when it finds work and gets stuck in a poll while the
 * others sleep until somebody wakes them, sockets and timers of the whole runtime stand still.
 */
#ifndef HUD_DRIVER_BPF_H
#define HUD_DRIVER_BPF_H

#include "maps.bpf.h"

struct hud_runtime {
	__u64 changed_ns; /* a worker last parked, woke or began a poll */
	__u64 quiet_from_ns, quiet_to_ns; /* longest time without a change, nobody at the driver and somebody idle */
	__u64 driven_ns; /* a worker last began to wait for I/O; 0 never: the runtime may have no driver */
	__s32 drivers, idle;
	__u32 quiet_idle;
	__u32 padding;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 64);
	__type(key, __u64); /* address of the runtime's handle, 0 for all that are unknown */
	__type(value, struct hud_runtime);
} runtimes SEC(".maps");

static __always_inline struct hud_runtime *find_runtime(__u64 handle)
{
	struct hud_runtime *runtime = bpf_map_lookup_elem(&runtimes, &handle), none = {};

	if (runtime)
		return runtime;
	bpf_map_update_elem(&runtimes, &handle, &none, BPF_NOEXIST);
	return bpf_map_lookup_elem(&runtimes, &handle);
}

static __always_inline void note_change(struct hud_runtime *runtime, __u64 now)
{
	__u64 quiet = now - runtime->changed_ns;

	/* Another CPU has noted a later time already. */
	if (now < runtime->changed_ns)
		return;
	if (runtime->changed_ns && runtime->driven_ns && runtime->drivers <= 0 && runtime->idle > 0 &&
	    quiet > runtime->quiet_to_ns - runtime->quiet_from_ns) {
		runtime->quiet_from_ns = runtime->changed_ns;
		runtime->quiet_to_ns = now;
		runtime->quiet_idle = runtime->idle;
	}
	runtime->changed_ns = now;
}

static __always_inline void set_park(struct hud_thread *thread, __u32 kind, __u64 now)
{
	struct hud_runtime *runtime;

	if (thread->park_kind == kind)
		return;
	runtime = find_runtime(thread->runtime);
	if (!runtime)
		return;
	note_change(runtime, now);
	if (thread->park_kind == HUD_PARK_DRIVER)
		__sync_fetch_and_add(&runtime->drivers, -1);
	else if (thread->park_kind == HUD_PARK_IDLE)
		__sync_fetch_and_add(&runtime->idle, -1);
	thread->park_kind = kind;
	if (kind == HUD_PARK_DRIVER) {
		runtime->driven_ns = now;
		__sync_fetch_and_add(&runtime->drivers, 1);
	} else if (kind == HUD_PARK_IDLE) {
		__sync_fetch_and_add(&runtime->idle, 1);
	}
}

static __always_inline void note_poll(struct hud_thread *thread, __u64 now)
{
	struct hud_runtime *runtime = bpf_map_lookup_elem(&runtimes, &thread->runtime);

	if (runtime)
		note_change(runtime, now);
}

/* Part of the closing poll during which nobody waited for I/O. */
static __always_inline void stall_of(struct hud_thread *thread, struct hud_poll *poll, __u64 now)
{
	struct hud_runtime *runtime = bpf_map_lookup_elem(&runtimes, &thread->runtime);
	__u64 from, to;

	poll->stall_start_ns = 0;
	poll->stall_end_ns = 0;
	poll->idle_workers = 0;
	if (!runtime)
		return;
	note_change(runtime, now);
	from = runtime->quiet_from_ns;
	to = runtime->quiet_to_ns;
	if (from < poll->start_ns)
		from = poll->start_ns;
	if (to > poll->end_ns)
		to = poll->end_ns;
	if (to > from) {
		poll->stall_start_ns = from;
		poll->stall_end_ns = to;
		poll->idle_workers = runtime->quiet_idle;
	}
	runtime->quiet_from_ns = 0;
	runtime->quiet_to_ns = 0;
}

#endif
