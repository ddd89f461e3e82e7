/* SPDX-License-Identifier: MIT OR Apache-2.0
 * block_in_place: the worker goes to a thread of the blocking pool, woken or started for that, and the poll goes on in a
 * thread that may block. Told from outside, where Tokio's memory does not tell.
 */
#ifndef HUD_HANDOVER_BPF_H
#define HUD_HANDOVER_BPF_H

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

/* Idle threads of the blocking pool wait with a timeout, workers without. */
static __always_inline bool awaits_work(const struct pt_regs *regs)
{
	return is_uncontended(regs) && regs->r10;
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
	if (settings.scheduler)
		__sync_fetch_and_add(&thread->handed_over, 1);
	/* It may itself have been the worker meanwhile: that it waits for work again would prove nothing. */
	thread->heir_of = 0;
	if (heir) {
		heir->heir_of = thread->tid;
		heir->heir_round = thread->role_round;
		heir->heir_poll = thread->poll_start_ns ? thread->sequence : 0;
	}
}

/* The thread does what only workers do: where it was woken for that, the poll that woke it holds none any more. */
static __always_inline void take_place(struct hud_thread *heir)
{
	struct hud_thread *thread;
	__u32 tid = heir->heir_of;

	if (!tid)
		return;
	heir->heir_of = 0;
	thread = find_thread(tid);
	if (thread && tid != heir->tid && thread->poll_start_ns && thread->poll_blind)
		thread->left_poll = heir->heir_poll;
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

static __always_inline void begin_rest(struct hud_thread *thread, const struct pt_regs *regs)
{
	thread->awaits_work = awaits_work(regs) && thread->worker_rest_sp != regs->sp;
	thread->rest_sp = thread->awaits_work ? regs->sp : 0;
}

/*
 * At switch-out, between polls: whether the thread is still a worker after the last one. Workers of a runtime without I/O wait
 * with a timeout, too, for their next timer: in a place where they wait and then poll.
 */
static __always_inline void note_rest(struct hud_thread *thread, const struct pt_regs *regs, __u64 now)
{
	begin_rest(thread, regs);
	if (thread->awaits_work) {
		thread->heir_of = 0;
		settle_role(thread, false, now);
	} else if (awaits_work(regs) || syscall_argument(regs->orig_ax) == HUD_ARGUMENT_EVENTS || is_uncontended(regs)) {
		take_place(thread);
		settle_role(thread, true, now);
	}
}

/* The thread is about to poll a task, or a closure of the blocking pool, as which it becomes a worker. */
static __always_inline void end_rest(struct hud_thread *thread, bool worker, __u64 now)
{
	if (worker && thread->rest_sp) {
		thread->worker_rest_sp = thread->rest_sp;
		thread->heir_of = 0;
	} else if (worker) {
		take_place(thread);
	}
	thread->rest_sp = 0;
	settle_role(thread, worker, now);
}

#endif
