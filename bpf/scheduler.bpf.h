/* SPDX-License-Identifier: MIT OR Apache-2.0
 * The scheduler tracker, for programs whose memory cannot be read: a wait of a worker in anything but the event loop
 * and its parker is taken for a blocking poll of that length.
 */
#ifndef HUD_SCHEDULER_BPF_H
#define HUD_SCHEDULER_BPF_H

#include "poll.bpf.h"

/* What a lock that others wait for holds, in Rust's standard library and in glibc; the parker's condvar holds a count. */
#define FUTEX_CONTENDED 2

static __always_inline bool is_park(struct hud_thread *thread, struct task_struct *task)
{
	struct pt_regs *regs = (struct pt_regs *)bpf_task_pt_regs(task);
	__u32 argument = syscall_argument(regs->orig_ax);
	bool events = argument == HUD_ARGUMENT_EVENTS || argument == HUD_ARGUMENT_POLL;

	if (events)
		thread->waits_for_events = 1;
	return events || (argument == HUD_ARGUMENT_FUTEX && regs->dx != FUTEX_CONTENDED);
}

static __always_inline __u32 park_kind(struct task_struct *task)
{
	struct pt_regs *regs = (struct pt_regs *)bpf_task_pt_regs(task);

	return syscall_argument(regs->orig_ax) == HUD_ARGUMENT_EVENTS ? HUD_PARK_DRIVER : HUD_PARK_IDLE;
}

/* At switch-out; true when the wait that begins is to be reported. */
static __always_inline bool begin_wait(struct hud_thread *thread, struct task_struct *task, bool runnable, __u64 now)
{
	struct poll_identity identity = {};

	thread->observed_ns = now;
	/* Left open by probes that are gone. */
	if (thread->poll_sp)
		thread->poll_start_ns = thread->poll_sp = 0;
	if (!thread->named)
		return false;
	if (runnable || is_park(thread, task))
		return false;
	if (!thread->waits_for_events && thread->named < 2)
		return false;
	thread->runtime_kind = HUD_KIND_MULTI_THREAD;
	open_poll(task, false, thread, &identity, now);
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
