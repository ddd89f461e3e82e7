/* SPDX-License-Identifier: MIT OR Apache-2.0
 * The state machine of one thread. Between two looks at a thread it was on the CPU throughout or off it
 * throughout, and Tokio's words only change while it is on it: so a poll starts and ends within on-CPU gaps,
 * which gap.bpf.h divides.
 */
#ifndef HUD_POLL_BPF_H
#define HUD_POLL_BPF_H

#include "gap.bpf.h"
#include "stack.bpf.h"
#include "driver.bpf.h"
#include "runqueue.bpf.h"

#define barrier() asm volatile("" ::: "memory")

static __always_inline void begin_write(struct hud_thread *thread)
{
	thread->version++;
	barrier();
}

static __always_inline void end_write(struct hud_thread *thread)
{
	barrier();
	thread->version++;
}

static __always_inline void send_thread(__u32 type, __u32 tid, __u32 slot, __u64 now)
{
	struct hud_thread_event *event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);

	if (!event) {
		count(HUD_LOST_THREAD_EVENT);
		return;
	}
	event->header.type = type;
	event->header.tid = tid;
	event->header.time_ns = now;
	event->slot = slot;
	event->padding = 0;
	bpf_ringbuf_submit(event, BPF_RB_NO_WAKEUP);
}

static __always_inline struct hud_thread *find_thread(__u32 tid)
{
	__u32 *slot = bpf_map_lookup_elem(&slots, &tid);

	return slot ? bpf_map_lookup_elem(&threads, slot) : NULL;
}

/* A thread on its way out is switched a few times more after on_exit has dropped it: it is not to come back. */
static __noinline struct hud_thread *add_thread(struct task_struct *task, __u64 now)
{
	struct hud_thread *thread;
	__u32 slot, tid = tid_of(task);

	if (task->flags & PF_EXITING)
		return NULL;
	if (!take(&pools.threads, &slot)) {
		count(HUD_LOST_THREAD);
		return NULL;
	}
	thread = bpf_map_lookup_elem(&threads, &slot);
	if (!thread)
		return NULL;
	__builtin_memset(thread, 0, sizeof(*thread));
	thread->tid = tid;
	thread->first_ns = now;
	thread->since_ns = now;
	thread->state = HUD_STATE_ON_CPU;
	thread->steal_mark_ns = steal_of_cpu(task);
	if (bpf_map_update_elem(&slots, &tid, &slot, BPF_NOEXIST)) {
		thread->tid = 0;
		give_back(&pools.threads, slot);
		return find_thread(tid);
	}
	send_thread(HUD_EVENT_THREAD_NEW, tid, slot, now);
	return thread;
}

/* NULL when there is no room for one more. */
static __always_inline struct hud_thread *find_or_add_thread(struct task_struct *task, __u64 now)
{
	struct hud_thread *thread = find_thread(tid_of(task));

	return thread ? thread : add_thread(task, now);
}

/*
 * Polls from the LIFO slot share a tick, so two tasks that wake each other look like one long poll of either whenever
 * samples happen to meet only one. Seen once, user space samples the thread more often, which tells the turns apart. Where
 * four polls at most share a tick, short ones do not add up to a long one.
 */
static __always_inline bool note_turn(struct hud_thread *thread, const struct poll_identity *next, __u64 now)
{
	bool same_tick = next->in_poll && next->core == thread->poll_core && next->tick == thread->poll_tick;
	bool turns = same_tick && layout_of(next->module)->long_chains && next->task_id == thread->tick_previous_id;

	if (turns)
		thread->chained_ns = now;
	thread->tick_previous_id = same_tick ? thread->poll_task_id : 0;
	return turns;
}

/*
 * What may be the open poll's of the time before its first sight. A look meets a poll anywhere in it: so as much came before as
 * has been seen since, and no more. Several polls of a millisecond in that time look the same at first, and are not one.
 */
static __always_inline void take_lead(struct hud_thread *thread, __u64 now)
{
	__u64 seen = seen_computing(thread, now), known = thread->poll_first_ns - thread->poll_start_ns, more;

	if (seen <= known)
		return;
	more = least(seen - known, thread->poll_lead_ns);
	thread->poll_start_ns -= more;
	thread->poll_lead_ns -= more;
}

/* Probes told of the open poll and Tokio's memory does not: where its module's layout is not known. */
static __always_inline bool is_told_by_probes(const struct hud_thread *thread)
{
	return thread->poll_start_ns && thread->poll_sp && layout_of(thread->module)->probed &&
	       !is_known(layout_of(thread->module));
}

static __always_inline void close_poll_in(struct hud_thread *thread, const struct gap *gap, __u64 now, bool turns)
{
	__u64 end = thread->poll_seen_ns + gap->closed, stolen = least(gap->stolen, thread->poll_stolen_ns);
	struct hud_poll *event;

	take_lead(thread, end);
	thread->poll_stolen_ns -= stolen;
	thread->poll_run_queue_ns -= stolen;
	if (turns && thread->poll_asleep_ns < settings.min_poll_ns && !thread->burst) {
		count(HUD_CHAINED);
	} else if (end - thread->poll_start_ns >= settings.min_poll_ns) {
		event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);
		if (event) {
			event->header.type = HUD_EVENT_POLL;
			event->header.tid = thread->tid;
			event->header.time_ns = now;
			event->sequence = thread->sequence;
			event->task_id = thread->poll_task_id;
			event->task_header = thread->poll_task_header;
			event->start_ns = thread->poll_start_ns;
			event->end_ns = end;
			event->asleep_ns = thread->poll_asleep_ns;
			event->run_queue_ns = thread->poll_run_queue_ns;
			event->stolen_ns = thread->poll_stolen_ns;
			event->uncertainty_ns = thread->poll_gap_ns + gap->ns - gap->closed;
			event->runtime = thread->runtime;
			event->worker_index = thread->worker_index;
			event->cut = thread->poll_cut;
			event->waiting = thread->poll_waiting;
			event->started_child = thread->poll_started_child;
			event->padding = 0;
			event->site = thread->poll_sp ? thread->poll_site + 1 : 0;
			event->doubts = thread->poll_doubts;
			/* What the thread does next tells. */
			if (thread->poll_blind && thread->runtime_kind != HUD_KIND_CURRENT_THREAD)
				event->doubts |= HUD_DOUBT_ROLE;
			thread->held |= event->doubts & HUD_DOUBT_ROLE;
			stall_of(thread, event, now);
			bpf_ringbuf_submit(event, BPF_RB_NO_WAKEUP);
		} else {
			count(HUD_LOST_POLL);
		}
	}
	thread->poll_start_ns = 0;
}

static __always_inline void close_poll(struct hud_thread *thread, __u64 now, bool turns)
{
	struct gap gap;

	halve_gap(thread, thread->poll_seen_ns, now, &gap);
	close_poll_in(thread, &gap, now, turns);
}

static __always_inline void open_poll_in(struct task_struct *task, bool remote, struct hud_thread *thread,
					 const struct poll_identity *identity, const struct gap *gap, __u64 now)
{
	if (identity->core != thread->poll_core || !thread->runtime)
		read_owner(task, remote, thread, identity);
	note_poll(thread, now);
	thread->sequence++;
	thread->poll_start_ns = now - gap->opened;
	thread->poll_first_ns = now;
	thread->poll_lead_ns = gap->lead;
	thread->poll_gap_ns = gap->ns - gap->opened;
	thread->poll_cut = !thread->observed_ns;
	thread->poll_waiting = 0;
	thread->poll_started_child = 0;
	thread->poll_doubts = 0;
	thread->poll_blind = 0;
	thread->poll_asleep_ns = 0;
	thread->poll_run_queue_ns = 0;
	thread->poll_stolen_ns = 0;
	thread->poll_task_id = identity->task_id;
	thread->poll_core = identity->core;
	thread->poll_sp = 0;
	thread->poll_tick = identity->tick;
	thread->unsent_asleep_ns = 0;
	thread->unsent_run_queue_ns = 0;
	thread->next_stack_ns = thread->poll_start_ns + settings.stack_age_ns;
	thread->stack_valid = 0;
}

static __always_inline void open_poll(struct task_struct *task, bool remote, struct hud_thread *thread,
				      const struct poll_identity *identity, __u64 now)
{
	struct gap gap;

	halve_gap(thread, thread->observed_ns, now, &gap);
	open_poll_in(task, remote, thread, identity, &gap, now);
}

/* One that has been running for nobody knows how long: it begins now. */
static __always_inline void open_running_poll(struct task_struct *task, bool remote, struct hud_thread *thread,
					      const struct poll_identity *identity, __u64 now)
{
	open_poll(task, remote, thread, identity, now);
	thread->poll_start_ns = now;
	thread->poll_gap_ns = 0;
	thread->poll_cut = 1;
	thread->poll_seen_ns = now;
}

static __always_inline bool is_same_poll(const struct hud_thread *thread, const struct poll_identity *identity)
{
	return identity->in_poll && identity->core == thread->poll_core && identity->tick == thread->poll_tick &&
	       identity->task_id == thread->poll_task_id;
}

static __always_inline bool is_one_sleep(const struct hud_thread *thread)
{
	return thread->poll_start_ns && thread->poll_sp == HUD_ONE_SLEEP;
}

/*
 * A poll that was running before the exact tracker's probes were in place, found on the thread's stack by user space: it
 * begins now. True when there is one and it still runs.
 */
static __always_inline bool adopt_poll(struct task_struct *task, bool remote, struct hud_thread *thread, __u64 now)
{
	struct pt_regs *regs = (struct pt_regs *)bpf_task_pt_regs(task);
	struct poll_identity identity = {};
	__u64 sp = thread->underway_sp;

	thread->underway_sp = 0;
	if (!sp || thread->poll_start_ns || regs->sp > sp)
		return false;
	thread->runtime_kind = thread->underway_kind;
	thread->module = thread->underway_module;
	open_running_poll(task, remote, thread, &identity, now);
	thread->poll_task_header = 0;
	thread->poll_sp = sp;
	thread->poll_site = thread->underway_site;
	thread->poll_blind = is_told_by_probes(thread);
	return true;
}

/* Its worker is another thread's by now: it may block, and nobody is to tell of its end. */
static __always_inline void drop_left_poll(struct hud_thread *thread)
{
	if (thread->left_poll == thread->sequence)
		thread->poll_start_ns = 0;
}

/* Not a poll, or one that may block: so says Tokio's memory of what probes took for a poll before its layout was known. */
static __always_inline void leave_poll(struct hud_thread *thread)
{
	thread->left_poll = thread->sequence;
	thread->poll_start_ns = 0;
}

/* Opened by the exact or the scheduler tracker, which tell nothing of Tokio's memory and serve no more. */
static __always_inline bool is_left_open(const struct hud_thread *thread)
{
	if (!thread->poll_start_ns)
		return false;
	return thread->poll_sp ? !layout_of(thread->module)->probed : !thread->poll_core;
}

/*
 * Such a poll goes on where Tokio's memory tells of one and @fresh says that it can be no other; else its end went
 * unseen.
 */
static __always_inline void hand_over(struct hud_thread *thread, const struct poll_identity *identity, bool fresh)
{
	thread->poll_sp = 0;
	if (!fresh || !identity->in_poll) {
		thread->poll_start_ns = 0;
		return;
	}
	thread->poll_task_id = identity->task_id;
	thread->module = identity->module;
	thread->poll_core = identity->core;
	thread->poll_tick = identity->tick;
}

/* A look that comes this soon after the last one finds the poll of before. */
static __always_inline bool was_just_seen(const struct hud_thread *thread, __u64 now)
{
	return now - thread->poll_seen_ns <= 3 * settings.sample_period_ns;
}

/* A poll that probes have told of goes on until they tell of its end, except that block_in_place takes Core away. */
static __always_inline bool goes_on(const struct hud_thread *thread, const struct poll_identity *identity)
{
	return thread->poll_sp ? identity->in_poll && identity->module == thread->module : is_same_poll(thread, identity);
}

/*
 * Between the probes of the exact tracker a poll goes on, except that block_in_place takes Core away: from then on the
 * thread may block. What Tokio's memory calls a poll and no probe has told of is that of a root future, or of a module that
 * is not probed: it lasts as long as looks find the same.
 */
static __always_inline bool observe_exact(struct hud_thread *thread, struct task_struct *task, __u64 now)
{
	struct poll_identity identity;

	if (thread->underway_sp)
		adopt_poll(task, false, thread, now);
	drop_left_poll(thread);
	if (settings.tracking && !is_told_by_probes(thread)) {
		read_identity(task, false, &identity);
		if (is_left_open(thread))
			hand_over(thread, &identity, was_just_seen(thread, now));
		if (thread->poll_start_ns && !goes_on(thread, &identity)) {
			if (thread->poll_blind)
				leave_poll(thread);
			else
				close_poll(thread, now, !thread->poll_sp && !layout_of(identity.module)->probed && note_turn(thread, &identity, now));
		}
		thread->poll_blind = 0;
		note_scheduler(thread, &identity);
		thread->parked = identity.parked;
		if (!thread->poll_start_ns && identity.in_poll)
			open_poll(task, false, thread, &identity, now);
	}
	thread->poll_seen_ns = now;
	thread->observed_ns = now;
	return thread->poll_start_ns != 0;
}

/* A look at Tokio's memory for the current thread; true inside a poll. @timed as divide_gap() has it. */
static __always_inline bool observe(struct hud_thread *thread, struct task_struct *task, bool timed, __u64 now)
{
	struct poll_identity identity;
	struct gap gap;

	if (settings.exact) {
		thread->wants_look = observe_exact(thread, task, now) && now - thread->poll_start_ns >= settings.sample_period_ns / 2;
		return thread->poll_start_ns != 0;
	}

	read_identity(task, false, &identity);
	if (settings.at_ticks && thread->observed_ns && now - thread->observed_ns - thread->gap_stolen_ns > 4 * settings.longest_gap_ns)
		count(HUD_LONG_GAPS);
	divide_gap(thread, &identity, timed, now, &gap);
	note_scheduler(thread, &identity);
	if (!thread->runtime)
		read_owner(task, false, thread, &identity);
	thread->parked = identity.parked;
	if (is_left_open(thread))
		hand_over(thread, &identity, was_just_seen(thread, now));
	if (thread->poll_start_ns && !is_same_poll(thread, &identity))
		close_poll_in(thread, &gap, now, note_turn(thread, &identity, now));
	if (identity.in_poll) {
		if (thread->poll_start_ns)
			take_lead(thread, now);
		else
			open_poll_in(task, false, thread, &identity, &gap, now);
		thread->poll_seen_ns = now;
	}
	thread->observed_ns = now;
	thread->seen_core = identity.core;
	thread->seen_tick = identity.tick;
	thread->wants_look = identity.in_poll && !gap.quick;
	return identity.in_poll;
}

/* Where sleep counts. User space knows how much of what was unproven turned out to be a poll's. */
static __always_inline __u64 *sleep_total(struct hud_thread *thread)
{
	return thread->poll_start_ns && !(thread->poll_doubts & HUD_DOUBT_PLACE) ? &thread->blocked_ns : &thread->idle_ns;
}

static __always_inline void add_asleep(struct hud_thread *thread, __u64 ns)
{
	*sleep_total(thread) += ns;
	if (thread->poll_start_ns) {
		thread->poll_asleep_ns += ns;
		thread->unsent_asleep_ns += ns;
	}
}

static __always_inline void add_run_queue(struct hud_thread *thread, __u64 ns)
{
	thread->run_queue_ns += ns;
	if (thread->poll_start_ns) {
		thread->poll_run_queue_ns += ns;
		thread->unsent_run_queue_ns += ns;
	}
}

/* Of @ran, the time on a CPU up to now, what was stolen; learnt up to a scheduler tick late, so it may be more than @ran. */
static __always_inline void take_stolen(struct hud_thread *thread, struct task_struct *task, __u64 ran)
{
	__u64 mark = steal_of_cpu(task), stolen = mark > thread->steal_mark_ns ? mark - thread->steal_mark_ns : 0;

	thread->steal_mark_ns = mark;
	thread->gap_stolen_ns = stolen < ran ? stolen : ran;
	thread->on_cpu_ns -= stolen < thread->on_cpu_ns ? stolen : thread->on_cpu_ns;
	thread->stolen_ns += stolen;
	thread->run_queue_ns += stolen;
	if (thread->poll_start_ns) {
		thread->poll_stolen_ns += stolen;
		thread->poll_run_queue_ns += stolen;
	}
}

/* The time since switch-out ends at @now; @asleep of it was sleep. */
static __always_inline void end_off_cpu(struct hud_thread *thread, struct task_struct *task, __u64 now, __u64 asleep)
{
	add_asleep(thread, asleep);
	add_run_queue(thread, now - thread->since_ns - asleep);
	thread->state = HUD_STATE_ON_CPU;
	thread->since_ns = now;
	thread->observed_ns = now;
	thread->steal_mark_ns = steal_of_cpu(task);
	set_park(thread, HUD_PARK_NONE, now);
	if (thread->poll_start_ns)
		thread->poll_seen_ns = now;
}

/* Sends the stack kept at switch-out once enough time has been spent in it. */
static __always_inline void send_wait(struct hud_thread *thread, struct task_struct *task, __u64 began_ns)
{
	struct hud_stack_slot *slot;
	__u64 *unsent = &thread->unsent_asleep_ns;

	if (!thread->poll_start_ns || !thread->stack_valid)
		return;
	slot = stack_slot(thread);
	if (!slot)
		return;
	if (slot->event.kind == HUD_STACK_RUN_QUEUE)
		unsent = &thread->unsent_run_queue_ns;
	thread->stack_valid = 0;
	if (*unsent < settings.min_sleep_ns)
		return;
	slot->event.duration_ns = *unsent;
	*unsent = 0;
	detail_of_descriptor(&slot->event, task);
	send_stack(slot);
}

#endif
