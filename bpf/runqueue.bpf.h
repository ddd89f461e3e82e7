/* SPDX-License-Identifier: MIT OR Apache-2.0
 * What the kernel's run queue of this CPU knows: how long a thread has waited on it, and what the hypervisor took.
 */
#ifndef HUD_RUNQUEUE_BPF_H
#define HUD_RUNQUEUE_BPF_H

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

/* Of the CPU that @task runs on, or is about to; NULL where the kernel has no way from a task to it. */
static __always_inline struct rq *run_queue_of(struct task_struct *task)
{
	__u32 key = 0;
	struct rq **rq;

	if (!bpf_core_field_exists(task->se.cfs_rq) || !bpf_core_field_exists(((struct cfs_rq *)0)->rq))
		return NULL;
	rq = bpf_map_lookup_elem(&run_queue, &key);
	if (!rq)
		return NULL;
	if (!*rq)
		*rq = BPF_CORE_READ(task, se.cfs_rq, rq);
	return *rq;
}

/* The hypervisor cannot have taken more since the kernel last looked: what is read is something else. */
#define MOST_UNSEEN_STEAL_NS 1000000000ULL

/*
 * What the hypervisor has taken so far of this CPU, which @task runs on; 0 where the kernel does not tell. The run queue knows it
 * from its last tick or switch, the hypervisor's own count as of now.
 */
static __always_inline __u64 steal_of_cpu(struct task_struct *task)
{
	__u64 seen, now;
	struct rq *rq;

	if (!bpf_core_field_exists(((struct rq *)0)->prev_steal_time_rq))
		return 0;
	rq = run_queue_of(task);
	if (!rq)
		return 0;
	seen = BPF_CORE_READ(rq, prev_steal_time_rq);
	if (knobs.steal_from_run_queue &&
	    !bpf_probe_read_kernel(&now, sizeof(now), (void *)rq + knobs.steal_from_run_queue) &&
	    now >= seen && now - seen < MOST_UNSEEN_STEAL_NS)
		return now;
	return seen;
}

/*
 * How long @task, which this CPU is about to switch to, has waited on its run queue; false where the kernel does not tell.
 * Not since sched_waking: where the CPU has to be woken for it, the thread is queued up to milliseconds after that, and
 * schedstat counts them as sleep.
 */
static __always_inline bool queued_ns(struct task_struct *task, __u64 *ns)
{
	__u64 since = task->sched_info.last_queued, clock;
	struct rq *rq;

	if (!since || !bpf_core_field_exists(((struct rq *)0)->clock))
		return false;
	rq = run_queue_of(task);
	if (!rq)
		return false;
	clock = BPF_CORE_READ(rq, clock);
	*ns = clock > since ? clock - since : 0;
	return true;
}

#endif
