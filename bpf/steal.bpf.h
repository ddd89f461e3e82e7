/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef HUD_STEAL_BPF_H
#define HUD_STEAL_BPF_H

#include "maps.bpf.h"

/*
 * This CPU's run queue, found through the first task seen on it: its symbol is in few kernels' kallsyms. Read with
 * helpers, since the verifier searches all BTF for each pointer it follows itself, 100 ms at hud's start for these two.
 */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct rq *);
} run_queue SEC(".maps");

/* What the hypervisor has taken so far of this CPU, which @task runs on; 0 where the kernel does not tell. */
static __always_inline __u64 steal_of_cpu(struct task_struct *task)
{
	__u32 key = 0;
	struct rq **rq;

	if (!bpf_core_field_exists(task->se.cfs_rq) || !bpf_core_field_exists(((struct cfs_rq *)0)->rq) ||
	    !bpf_core_field_exists(((struct rq *)0)->prev_steal_time_rq))
		return 0;
	rq = bpf_map_lookup_elem(&run_queue, &key);
	if (!rq)
		return 0;
	if (!*rq)
		*rq = BPF_CORE_READ(task, se.cfs_rq, rq);
	return BPF_CORE_READ(*rq, prev_steal_time_rq);
}

#endif
