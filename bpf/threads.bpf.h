/* SPDX-License-Identifier: MIT OR Apache-2.0
 * Threads come, go and are looked at from outside: exit, exec, and the walk over all threads that finds those which
 * have slept since before tracking began.
 */

SEC("tp_btf/sched_process_exit")
int BPF_PROG(on_exit, struct task_struct *task)
{
	struct hud_thread *thread;
	__u32 tid = tid_of(task), *index, slot;
	__u64 now;

	if (task->tgid != knobs.target_tgid)
		return 0;
	index = bpf_map_lookup_elem(&slots, &tid);
	if (!index)
		return 0;
	slot = *index;
	thread = bpf_map_lookup_elem(&threads, &slot);
	if (!thread)
		return 0;
	now = bpf_ktime_get_ns();
	begin_write(thread);
	catch_up(thread, task, now);
	set_park(thread, HUD_PARK_NONE, now);
	if (thread->poll_start_ns)
		close_poll(thread, now, false);
	/* Of a runtime that ends. In block_in_place the thread would have waited for work first. */
	if (settings.exact)
		settle_role(thread, true, now);
	if (thread->stack_slot) {
		give_back(&pools.stacks, thread->stack_slot - 1);
		thread->stack_slot = 0;
	}
	end_write(thread);
	bpf_map_delete_elem(&slots, &tid);
	send_thread(HUD_EVENT_THREAD_EXIT, tid, slot, now);
	return 0;
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(on_exec, struct task_struct *task)
{
	if (task->tgid == knobs.target_tgid)
		send_thread(HUD_EVENT_EXEC, tid_of(task), 0, bpf_ktime_get_ns());
	return 0;
}

static __always_inline void capture_remote(struct hud_stack_slot *slot, struct task_struct *task)
{
	struct hud_stack *event = &slot->event;
	__u64 size;
	long n;

	begin_capture(event, task);
	size = stack_size(task, event->registers[7]);
	if (size > HUD_STACK_BYTES)
		size = HUD_STACK_BYTES;
	if (bpf_copy_from_user_task(slot->user, size, (void *)event->registers[7], task, 0) == 0)
		event->user_bytes = size;
	else
		event->user_bytes = 0;
	n = bpf_get_task_stack(task, event->kernel, sizeof(event->kernel), 0);
	event->kernel_bytes = n > 0 ? n : 0;
}

/* Of a thread that has not been seen to sleep or run yet: asleep since nobody knows when, counted from now. */
static __always_inline void begin_asleep(struct hud_thread *thread, struct task_struct *task, __u64 now)
{
	if (thread->observed_ns)
		return;
	thread->state = HUD_STATE_ASLEEP;
	begin_rest(thread, (struct pt_regs *)bpf_task_pt_regs(task));
	thread->run_delay = task->sched_info.run_delay;
	thread->exec_ns = task->se.sum_exec_runtime;
	thread->since_ns = now;
	thread->observed_ns = now;
}

/* The stack of a thread that sleeps in a poll, as if taken when it fell asleep. */
static __always_inline bool keep_remote(struct hud_thread *thread, struct task_struct *task, __u64 sequence, __u64 now)
{
	struct hud_stack_slot *slot = stack_slot(thread);

	if (!slot)
		return false;
	capture_remote(slot, task);
	slot->event.header.time_ns = now;
	slot->event.sequence = sequence;
	slot->event.poll_tid = thread->tid;
	slot->event.kind = HUD_STACK_ASLEEP;
	detail_of_descriptor(&slot->event, task);
	return true;
}

/* A thread asleep in a poll that user space found on its stack, unless Tokio's memory says that it may block there. */
static __always_inline void resume_poll(struct hud_thread *thread, struct task_struct *task,
					const struct poll_identity *identity, __u64 now)
{
	if (identity->kind && identity->module == thread->underway_module && !identity->in_poll) {
		thread->underway_sp = 0;
		return;
	}
	if (adopt_poll(task, true, thread, now) && thread->state == HUD_STATE_ASLEEP)
		thread->stack_valid = keep_remote(thread, task, thread->sequence, now);
}

/* A thread asleep in a poll since before tracking: its poll begins now. */
static __always_inline void seed(struct hud_thread *thread, struct task_struct *task,
				 const struct poll_identity *identity, __u64 now)
{
	note_scheduler(thread, identity);
	thread->parked = identity->parked;
	read_owner(task, true, thread, identity);
	if (identity->parked)
		set_park(thread, park_kind(task), now);
	if (!identity->in_poll)
		return;
	if (!keep_remote(thread, task, thread->sequence + 1, now))
		return;
	if (task->on_cpu || (thread->observed_ns && thread->state != HUD_STATE_ASLEEP))
		return;
	open_running_poll(task, true, thread, identity, now);
	thread->stack_valid = 1;
}

/* Of the thread that on_walk is at. In a map, since the verifier tells apart all that may be on a stack. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct poll_identity);
} walked SEC(".maps");

SEC("iter.s/task")
int on_walk(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;
	struct poll_identity *identity;
	struct hud_stack_slot *slot;
	struct hud_thread *thread;
	__u32 scratch_index = knobs.walk_scratch, only = 0;
	__u64 now;

	if (!task || task->tgid != knobs.target_tgid)
		return 0;
	now = bpf_ktime_get_ns();
	thread = find_or_add_thread(task, now);
	if (!thread || task->on_cpu || task_state(task) == 0)
		return 0;
	/* Left open by probes that are gone: nobody will tell its end. */
	if (!settings.exact && !settings.tracking && thread->poll_sp)
		thread->poll_start_ns = thread->poll_sp = 0;
	identity = bpf_map_lookup_elem(&walked, &only);
	if (!identity)
		return 0;
	__builtin_memset(identity, 0, sizeof(*identity));
	/* Once: the verifier follows each place that reads it. */
	if (settings.tracking && (!thread->seeded || thread->underway_sp))
		read_identity(task, true, identity);
	if (settings.exact && thread->underway_sp) {
		begin_write(thread);
		begin_asleep(thread, task, now);
		resume_poll(thread, task, identity, now);
		end_write(thread);
	}
	if (settings.tracking && !thread->seeded && (!thread->poll_start_ns || is_left_open(thread))) {
		/* Where there are probes, user space finds such polls by the stacks. */
		if (!settings.exact || (identity->kind && !layout_of(identity->module)->probed)) {
			begin_write(thread);
			if (is_left_open(thread))
				hand_over(thread, identity, thread->stack_valid);
			if (!thread->poll_start_ns)
				seed(thread, task, identity, now);
			/* Else it may turn out to belong to a module whose layout comes later. */
			thread->seeded = identity->kind != HUD_KIND_NONE;
			begin_asleep(thread, task, now);
			end_write(thread);
		}
	}
	if (settings.scheduler && !thread->observed_ns) {
		begin_write(thread);
		begin_asleep(thread, task, now);
		end_write(thread);
	}
	if (thread->snapshot == settings.snapshot)
		return 0;
	thread->snapshot = settings.snapshot;
	begin_write(thread);
	begin_asleep(thread, task, now);
	end_write(thread);
	slot = bpf_map_lookup_elem(&scratch, &scratch_index);
	if (!slot)
		return 0;
	capture_remote(slot, task);
	slot->event.header.time_ns = now;
	slot->event.sequence = thread->poll_start_ns ? thread->sequence : 0;
	slot->event.poll_tid = thread->tid;
	slot->event.kind = HUD_STACK_SNAPSHOT;
	slot->event.duration_ns = now - thread->since_ns;
	detail_of_descriptor(&slot->event, task);
	send_stack(slot);
	return 0;
}
