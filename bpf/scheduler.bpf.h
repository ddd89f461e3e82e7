/* SPDX-License-Identifier: MIT OR Apache-2.0
 * The scheduler tracker, for programs whose memory cannot be read: a wait of a worker in anything but the event loop
 * and its parker is taken for a blocking poll of that length. Where the system call does not tell, the poll is sent with
 * its doubts, and user space settles them.
 */
#ifndef HUD_SCHEDULER_BPF_H
#define HUD_SCHEDULER_BPF_H

#include "handover.bpf.h"

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

static __always_inline __u32 park_kind(struct task_struct *task)
{
	struct pt_regs *regs = (struct pt_regs *)bpf_task_pt_regs(task);

	return syscall_argument(regs->orig_ax) == HUD_ARGUMENT_EVENTS ? HUD_PARK_DRIVER : HUD_PARK_IDLE;
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
	if (awaits_work(regs)) {
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

/* At switch-out; true when the wait that begins is to be reported. */
static __always_inline bool begin_wait(struct hud_thread *thread, struct task_struct *task, bool runnable, __u64 now)
{
	struct pt_regs *regs = (struct pt_regs *)bpf_task_pt_regs(task);
	__u32 argument = syscall_argument(regs->orig_ax);
	bool events = argument == HUD_ARGUMENT_EVENTS, uncontended = is_uncontended(regs);
	struct poll_identity identity = {};
	__u32 doubts = 0;

	thread->observed_ns = now;
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
