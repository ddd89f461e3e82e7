/* SPDX-License-Identifier: MIT OR Apache-2.0
 * Samples of running threads: cpu-clock events of perf, or the kernel's own scheduler ticks, which cost no interrupt.
 */
#include "ticks.bpf.h"

static __always_inline void send_sample(void *ctx, struct hud_thread *thread, struct task_struct *task, __u32 kind, bool interrupted,
					__u64 now)
{
	struct hud_stack_slot *slot = stack_slot(thread);

	if (!slot)
		return;
	capture_user(slot, task);
	slot->event.header.time_ns = now;
	slot->event.sequence = thread->poll_start_ns ? thread->sequence : 0;
	slot->event.poll_tid = thread->tid;
	slot->event.kind = kind;
	slot->event.interrupted = interrupted;
	/* Of perf's: empty where the sample hit user mode. What the kernel does for the poll on a CPU is told from its own code. */
	capture_kernel(ctx, &slot->event);
	send_stack(slot);
}

/* Polls compute for long here: how long takes looks that are closer than scheduler ticks. */
static __always_inline void note_computing(const struct hud_thread *thread)
{
	if (seen_computing(thread, thread->poll_seen_ns) >= settings.min_poll_ns / 2)
		count(HUD_COMPUTED);
}

static __always_inline void look_at(void *ctx, struct hud_thread *thread, struct task_struct *task, bool interrupted, __u64 now)
{
	bool in_poll;
	__u64 age;

	begin_write(thread);
	thread->samples++;
	catch_up(thread, task, now);
	in_poll = observe(thread, task, true, now);
	if (thread->snapshot != settings.snapshot) {
		thread->snapshot = settings.snapshot;
		send_sample(ctx, thread, task, HUD_STACK_SNAPSHOT, interrupted, now);
	}
	if (in_poll) {
		note_computing(thread);
		if (now >= thread->next_stack_ns) {
			send_sample(ctx, thread, task, HUD_STACK_ON_CPU, interrupted, now);
			note_waiting(task, thread);
			age = (now - thread->poll_start_ns) / 2;
			thread->next_stack_ns = now + (age > settings.stack_gap_ns ? age : settings.stack_gap_ns);
		}
	}
	end_write(thread);
}

SEC("perf_event")
int on_sample(struct bpf_perf_event_data *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct hud_thread *thread;
	__u64 now;

	if (task->tgid != knobs.target_tgid || !settings.enabled || !(settings.tracking || settings.exact))
		return 0;
	now = bpf_ktime_get_ns();
	thread = find_or_add_thread(task, now);
	if (!thread)
		return 0;
	count(HUD_SAMPLES);
	look_at(ctx, thread, task, false, now);
	return 0;
}

/* Any timer that expires while the target is on the CPU: the scheduler's tick, or one of look_again(). */
SEC("tp_btf/hrtimer_expire_entry")
int on_tick(void *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct hud_thread *thread;
	__u64 now;

	if (task->tgid != knobs.target_tgid || !settings.at_ticks || !settings.enabled || !(settings.tracking || settings.exact))
		return 0;
	now = bpf_ktime_get_ns();
	thread = find_or_add_thread(task, now);
	if (!thread)
		return 0;
	if (now - thread->observed_ns >= settings.sample_period_ns / 2)
		look_at(ctx, thread, task, true, now);
	if (thread->wants_look)
		look_again();
	return 0;
}
