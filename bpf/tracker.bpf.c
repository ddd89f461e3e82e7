/* SPDX-License-Identifier: MIT OR Apache-2.0
 * The sampled tracker: looks at Tokio's memory at samples and at every context switch of the target's threads.
 */
#include "scheduler.bpf.h"

#define TASK_DEAD 0x80
#define NUMBER_FUTEX 202

static __always_inline __u32 task_state(struct task_struct *task)
{
	struct task_struct___old *old = (void *)task;

	if (bpf_core_field_exists(task->__state))
		return task->__state;
	return BPF_CORE_READ(old, state);
}

/*
 * A switch-in that no tracepoint told of (some kernels do not deliver events while certain threads are current).
 * run_delay is exact; what is neither that nor CPU time was sleep.
 */
static __always_inline void make_up_switch(struct hud_thread *thread, struct task_struct *task, __u64 now)
{
	__u64 gap = now - thread->since_ns;
	__u64 cpu = task->se.sum_exec_runtime - thread->exec_ns;
	__u64 delay = task->sched_info.run_delay - thread->run_delay;
	__u64 off, asleep;

	count(HUD_MISSED_SWITCH);
	off = gap > cpu ? gap - cpu : 0;
	asleep = thread->state == HUD_STATE_ASLEEP && off > delay ? off - delay : 0;
	end_off_cpu(thread, task, thread->since_ns + off, asleep);
	thread->slept_ns = 0;
	send_wait(thread, task, now);
}

/*
 * A sleep whose wake-up went unseen was counted as sleep to its end, where the run queue does not tell; run_delay, up to date
 * now, knows how much of it was waiting.
 */
static __always_inline void correct_sleep(struct hud_thread *thread, struct task_struct *task)
{
	__u64 delay = task->sched_info.run_delay - thread->run_delay;

	if (delay > thread->slept_ns)
		delay = thread->slept_ns;
	thread->slept_ns = 0;
	if (!delay)
		return;
	*sleep_total(thread) -= delay;
	thread->run_queue_ns += delay;
	if (thread->poll_start_ns) {
		thread->poll_asleep_ns -= delay;
		thread->poll_run_queue_ns += delay;
	}
}

static __always_inline void catch_up(struct hud_thread *thread, struct task_struct *task, __u64 now)
{
	if (thread->state == HUD_STATE_ASLEEP || thread->state == HUD_STATE_RUN_QUEUE)
		make_up_switch(thread, task, now);
	else if (thread->slept_ns)
		correct_sleep(thread, task);
	thread->on_cpu_ns += now - thread->since_ns;
	take_stolen(thread, task, now - thread->since_ns);
	thread->since_ns = now;
	thread->state = HUD_STATE_ON_CPU;
}

static __always_inline void switch_out(void *ctx, struct task_struct *task, struct task_struct *next, bool preempted, __u64 now)
{
	struct hud_thread *thread = find_thread(tid_of(task));
	struct hud_stack_slot *slot;
	__u32 state = task_state(task);
	bool runnable = preempted || state == 0;

	if (!thread)
		return;
	begin_write(thread);
	catch_up(thread, task, now);
	thread->state = runnable ? HUD_STATE_RUN_QUEUE : HUD_STATE_ASLEEP;
	thread->woken_ns = 0;
	thread->run_delay = task->sched_info.run_delay;
	thread->exec_ns = task->se.sum_exec_runtime;
	thread->stack_valid = 0;
	thread->awaits_work = 0;
	if (settings.scheduler ? begin_wait(thread, task, runnable, now)
			       : (settings.tracking || settings.exact) && observe(thread, task, runnable, now)) {
		slot = stack_slot(thread);
		if (slot) {
			slot->event.version++;
			barrier();
			capture_user(slot, task);
			slot->event.header.time_ns = now;
			slot->event.sequence = thread->sequence;
			slot->event.poll_tid = thread->tid;
			slot->event.kind = runnable ? HUD_STACK_RUN_QUEUE : HUD_STACK_ASLEEP;
			if (runnable) {
				detail_of_successor(&slot->event, next);
			} else {
				capture_kernel(ctx, &slot->event);
				detail_of_user_argument(&slot->event, task);
				note_waiting(task, thread);
				slot->event.doubts = thread->poll_doubts;
			}
			barrier();
			slot->event.version++;
			thread->stack_valid = 1;
		}
	} else if (!runnable) {
		if (!settings.scheduler && (!settings.tracking || settings.exact || thread->held))
			note_rest(thread, (struct pt_regs *)bpf_task_pt_regs(task), now);
		if (thread->parked)
			set_park(thread, park_kind(task), now);
	}
	end_write(thread);
}

/* What of the time since switch-out up to this switch-in was sleep: as schedstat has it, what was no wait on a run queue. */
static __always_inline __u64 end_sleep(struct hud_thread *thread, struct task_struct *task, __u64 now)
{
	__u64 began = thread->since_ns, queued;

	thread->slept_ns = 0;
	if (queued_ns(task, &queued)) {
		/* Of the run queues that it was moved away from. */
		queued += task->sched_info.run_delay - thread->run_delay;
		return now - began > queued ? now - began - queued : 0;
	}
	if (thread->woken_ns > began)
		return thread->woken_ns - began;
	thread->slept_ns = now - began;
	return thread->slept_ns;
}

static __always_inline void switch_in(struct task_struct *task, __u64 now)
{
	struct hud_thread *thread = find_thread(tid_of(task));
	__u64 began;

	if (!thread) {
		add_thread(task, now);
		return;
	}
	begin_write(thread);
	if (thread->state == HUD_STATE_ASLEEP || thread->state == HUD_STATE_RUN_QUEUE) {
		began = thread->since_ns;
		end_off_cpu(thread, task, now, thread->state == HUD_STATE_ASLEEP ? end_sleep(thread, task, now) : 0);
		send_wait(thread, task, began);
		if (settings.scheduler)
			end_wait(thread, now);
		else if (is_one_sleep(thread))
			close_poll(thread, now, false);
	} else {
		thread->state = HUD_STATE_ON_CPU;
		thread->since_ns = now;
		thread->steal_mark_ns = steal_of_cpu(task);
	}
	end_write(thread);
}

SEC("tp_btf/sched_switch")
int BPF_PROG(on_switch, bool preempt, struct task_struct *prev, struct task_struct *next)
{
	bool out = prev->tgid == knobs.target_tgid, in = next->tgid == knobs.target_tgid;
	__u64 now;

	if ((!out && !in) || !settings.enabled)
		return 0;
	now = bpf_ktime_get_ns();
	count(HUD_SWITCHES);
	if (out)
		switch_out(ctx, prev, next, preempt, now);
	if (in)
		switch_in(next, now);
	return 0;
}

/* Who ends a futex wait inside a poll held what it waited for: its stack is the unlock. */
static __always_inline void send_waker(struct hud_thread *thread, struct task_struct *waker, __u64 now)
{
	struct hud_stack_slot *slot, *waiting;
	struct poll_identity identity;
	__u32 cpu = bpf_get_smp_processor_id();

	if (!thread->poll_start_ns || !thread->stack_valid || now - thread->since_ns < settings.min_sleep_ns)
		return;
	waiting = stack_slot(thread);
	slot = bpf_map_lookup_elem(&scratch, &cpu);
	if (!slot || !waiting || syscall_argument(waiting->event.syscall) != HUD_ARGUMENT_FUTEX)
		return;
	capture_user(slot, waker);
	if (syscall_argument(slot->event.syscall) != HUD_ARGUMENT_FUTEX)
		return;
	read_identity(waker, false, &identity);
	slot->event.header.time_ns = now;
	slot->event.sequence = thread->sequence;
	slot->event.poll_tid = thread->tid;
	slot->event.kind = HUD_STACK_WAKER;
	slot->event.doubts = thread->poll_doubts;
	slot->event.waker_task_id = identity.in_poll ? identity.task_id : 0;
	send_stack(slot);
}

SEC("tp_btf/sched_waking")
int BPF_PROG(on_waking, struct task_struct *task)
{
	struct task_struct *waker = bpf_get_current_task_btf();
	struct hud_thread *thread;
	__u64 now;

	if (task->tgid != knobs.target_tgid || !settings.enabled)
		return 0;
	thread = find_thread(tid_of(task));
	if (!thread || thread->state != HUD_STATE_ASLEEP || thread->woken_ns)
		return 0;
	now = bpf_ktime_get_ns();
	thread->woken_ns = now;
	if (waker->tgid == knobs.target_tgid) {
		if (thread->awaits_work)
			note_handover(waker, thread);
		send_waker(thread, waker, now);
	}
	return 0;
}

/* A thread of the target's own, before it runs for the first time. */
static __always_inline void note_thread(struct task_struct *parent, struct task_struct *child)
{
	struct hud_thread *heir;

	if (settings.scheduler) {
		note_handover(parent, NULL);
	} else if (settings.exact && settings.enabled) {
		heir = find_or_add_thread(child, bpf_ktime_get_ns());
		if (!heir)
			return;
		heir->state = HUD_STATE_RUN_QUEUE;
		note_handover(parent, heir);
	}
}

/* The poll that starts a process waits for it to exec, in a read of a pipe that in itself looks like any other. */
static __always_inline void note_child(struct task_struct *parent)
{
	struct hud_thread *thread = find_thread(tid_of(parent));
	__u64 now = bpf_ktime_get_ns();

	if (!thread)
		return;
	begin_write(thread);
	catch_up(thread, parent, now);
	if (observe(thread, parent, false, now))
		thread->poll_started_child = 1;
	end_write(thread);
}

SEC("tp_btf/sched_process_fork")
int BPF_PROG(on_fork, struct task_struct *parent, struct task_struct *child)
{
	if (child->tgid == knobs.target_tgid) {
		note_thread(parent, child);
	} else if (parent->tgid == knobs.target_tgid && settings.enabled && (settings.tracking || settings.exact)) {
		note_child(parent);
	}
	return 0;
}

#include "samples.bpf.h"
#include "threads.bpf.h"
#include "exact.bpf.h"

TOUCH_RING(events)

char LICENSE[] SEC("license") = "Dual MIT/GPL";
