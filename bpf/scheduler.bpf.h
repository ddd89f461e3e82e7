/* SPDX-License-Identifier: MIT OR Apache-2.0
 * The scheduler tracker, for programs whose memory cannot be read: a wait of a worker in anything but the event loop
 * and its parker is taken for a blocking poll of that length. Where the system call does not tell, the poll is sent with
 * its doubts, and user space settles them.
 */
#ifndef HUD_SCHEDULER_BPF_H
#define HUD_SCHEDULER_BPF_H

#include "poll.bpf.h"

/*
 * What a lock that others wait for holds, in Rust's standard library and in glibc. Other values are those of parkers,
 * condition variables and channels: Tokio's own, or a task's.
 */
#define FUTEX_CONTENDED 2

static __always_inline bool is_uncontended(const struct pt_regs *regs)
{
	return syscall_argument(regs->orig_ax) == HUD_ARGUMENT_FUTEX && (__u32)regs->dx != FUTEX_CONTENDED;
}

static __always_inline bool is_parker(const struct hud_thread *thread, const struct pt_regs *regs)
{
	int i;

#pragma unroll
	for (i = 0; i < HUD_PARKERS; i++) {
		if (thread->parkers[i].futex == regs->di && thread->parkers[i].sp == regs->sp)
			return regs->di != 0;
	}
	return false;
}

/*
 * The thread has woken or started one that takes work from the blocking pool: in block_in_place the work is to be the worker
 * in its place. @heir is NULL for a thread that hud does not know yet.
 */
static __always_inline void note_handover(struct task_struct *task, struct hud_thread *heir)
{
	struct hud_thread *thread = find_thread(tid_of(task));

	if (!thread)
		return;
	__sync_fetch_and_add(&thread->handed_over, 1);
	/* It may itself have been the worker meanwhile: that it waits for work again would prove nothing. */
	thread->heir_of = 0;
	if (heir) {
		heir->heir_of = thread->tid;
		heir->heir_round = thread->role_round;
	}
}

static __always_inline __u32 park_kind(struct task_struct *task)
{
	struct pt_regs *regs = (struct pt_regs *)bpf_task_pt_regs(task);

	return syscall_argument(regs->orig_ax) == HUD_ARGUMENT_EVENTS ? HUD_PARK_DRIVER : HUD_PARK_IDLE;
}

/* What the thread is has come out. */
static __always_inline void settle_role(struct hud_thread *thread, bool worker, __u64 now)
{
	struct hud_role *event;

	thread->handed_over = 0;
	thread->role_round++;
	if (!thread->held)
		return;
	thread->held = 0;
	event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);
	if (!event) {
		count(HUD_LOST_POLL);
		return;
	}
	event->header.type = HUD_EVENT_ROLE;
	event->header.tid = thread->tid;
	event->header.time_ns = now;
	event->worker = worker;
	event->padding = 0;
	bpf_ringbuf_submit(event, BPF_RB_NO_WAKEUP);
}

/* A thread that was woken to work is done with it, and has not become a worker: so the one that woke it still is what it was. */
static __always_inline void acquit(struct hud_thread *heir, __u64 now)
{
	struct hud_thread *thread;
	__u32 tid = heir->heir_of;

	heir->heir_of = 0;
	if (!tid || tid == heir->tid)
		return;
	thread = find_thread(tid);
	if (thread && thread->role_round == heir->heir_round && __sync_fetch_and_add(&thread->handed_over, -1) == 1)
		settle_role(thread, true, now);
}

/* Of which kind its runtime is, probes may have told before. */
static __always_inline void take_for_worker(struct hud_thread *thread)
{
	if (thread->runtime_kind == HUD_KIND_NONE)
		thread->runtime_kind = HUD_KIND_MULTI_THREAD;
}

/* What the wait says about the thread; true when it is no poll's for certain. */
static __always_inline bool note_role(struct hud_thread *thread, const struct pt_regs *regs, bool events, bool uncontended,
				      __u64 now)
{
	if (!events && !uncontended)
		return thread->pool_sequence > thread->idle_sequence;
	thread->idle_sequence = thread->sequence;
	if (events) {
		thread->heir_of = 0;
		thread->waits_for_events = 1;
		take_for_worker(thread);
		settle_role(thread, true, now);
		return true;
	}
	/* Idle threads of the blocking pool wait with a timeout, workers without. */
	if (regs->r10) {
		thread->awaits_work = 1;
		thread->waits_for_events = 0;
		thread->runtime_kind = HUD_KIND_NONE;
		settle_role(thread, false, now);
		acquit(thread, now);
		return is_parker(thread, regs);
	}
	if (!is_parker(thread, regs))
		return false;
	thread->heir_of = 0;
	take_for_worker(thread);
	settle_role(thread, true, now);
	return true;
}

/* A thread that has slept since before tracking. */
static __always_inline void seed_wait(struct hud_thread *thread, struct task_struct *task)
{
	struct pt_regs *regs = (struct pt_regs *)bpf_task_pt_regs(task);

	thread->awaits_work = is_uncontended(regs) && regs->r10;
}

/* At switch-out; true when the wait that begins is to be reported. */
static __always_inline bool begin_wait(struct hud_thread *thread, struct task_struct *task, bool runnable, __u64 now)
{
	struct pt_regs *regs = (struct pt_regs *)bpf_task_pt_regs(task);
	__u32 argument = syscall_argument(regs->orig_ax);
	bool events = argument == HUD_ARGUMENT_EVENTS, uncontended = is_uncontended(regs);
	struct poll_identity identity = {};
	__u32 doubts = 0;

	thread->observed_ns = now;
	thread->awaits_work = 0;
	/* Left open by probes that are gone. */
	if (thread->poll_sp)
		thread->poll_start_ns = thread->poll_sp = 0;
	if (!thread->named || runnable || note_role(thread, regs, events, uncontended, now))
		return false;
	if (uncontended || argument == HUD_ARGUMENT_POLL || (!thread->waits_for_events && thread->named < 2)) {
		if (settings.scheduler != HUD_WAITS_ALL)
			return false;
		doubts = HUD_DOUBT_PLACE;
	}
	if (thread->handed_over)
		doubts |= HUD_DOUBT_ROLE;
	open_poll(task, false, thread, &identity, now);
	thread->poll_doubts = doubts;
	if (!doubts)
		take_for_worker(thread);
	thread->poll_seen_ns = now;
	return true;
}

/* At switch-in, once the wait has been accounted for. */
static __always_inline void end_wait(struct hud_thread *thread, __u64 now)
{
	if (thread->poll_start_ns)
		close_poll(thread, now, false);
}

#endif
