/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef HUD_MAPS_BPF_H
#define HUD_MAPS_BPF_H

#include "kernel.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include <bpf/bpf_core_read.h>
#include "events.h"
#include "pids.bpf.h"
#include "pool.bpf.h"
#include "ring.bpf.h"

const volatile struct hud_knobs knobs;

SEC(".data.settings") struct hud_settings settings;

/* Keeps the records' types in the object's BTF, for the layout test. */
const struct hud_poll *wire_poll __attribute__((unused));
const struct hud_thread_event *wire_thread_event __attribute__((unused));
const struct hud_caller *wire_caller __attribute__((unused));
const struct hud_peer *wire_peer __attribute__((unused));
const struct hud_successor *wire_successor __attribute__((unused));
const struct hud_role *wire_role __attribute__((unused));

struct hud_stack_slot {
	struct hud_stack event;
	__u8 user[HUD_STACK_BYTES];
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 8 << 20);
} events SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, __u32);
	__type(value, __u32);
} slots SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, HUD_POOL);
	__type(key, __u32);
	__type(value, struct hud_thread);
} threads SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 64);
	__type(key, __u32);
	__type(value, struct hud_stack_slot);
} stacks SEC(".maps");

/* For stacks of threads other than the poll's; one a CPU (a per-CPU map's values may not be that large). */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 8);
	__type(key, __u32);
	__type(value, struct hud_stack_slot);
} scratch SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, HUD_COUNTERS);
	__type(key, __u32);
	__type(value, __u64);
} counters SEC(".maps");

/* The thread's id, and its key in `slots`. */
static __always_inline __u32 tid_of(struct task_struct *task)
{
	return id_at(task, knobs.pid_level);
}

static __always_inline void count(__u32 counter)
{
	__u64 *value = bpf_map_lookup_elem(&counters, &counter);

	if (value)
		(*value)++;
}

#endif
