/* SPDX-License-Identifier: MIT OR Apache-2.0
 * Where in the time between two looks one poll ended and the next began. Core.tick, which goes up by one with each turn of
 * the scheduler's loop, is the clock: many short turns say how much of that time was theirs, and what is left over belongs
 * to the one poll that was long.
 */
#ifndef HUD_GAP_BPF_H
#define HUD_GAP_BPF_H

#include "layout.bpf.h"

#define SHORT_TURN_NS 100000
#define ENOUGH_TURNS 32 /* in one gap, for their mean to be what a turn takes */

struct gap {
	__u64 ns;
	__u64 stolen; /* of it, by the hypervisor */
	__u64 closed; /* of it, the rest of the poll that ended in it */
	__u64 opened; /* of it, the start of the poll that runs now */
	__u64 lead;   /* before that, and also its if it is seen for as long again */
	bool quick;   /* short turns fill it: no poll in it was long */
};

static __always_inline __u64 least(__u64 a, __u64 b)
{
	return a < b ? a : b;
}

/*
 * Nothing is known but that a poll ended in it, or began: half each, and no more than a thread goes without a look. @since: 0
 * where there was no look yet.
 */
static __always_inline void halve_gap(const struct hud_thread *thread, __u64 since, __u64 now, struct gap *gap)
{
	gap->ns = since && now > since ? now - since : 0;
	gap->stolen = least(thread->gap_stolen_ns, gap->ns);
	gap->closed = gap->opened = least((gap->ns - gap->stolen) / 2, settings.sample_period_ns);
	gap->lead = 0;
	gap->quick = false;
}

/* What the open poll has computed from its first sight to @until. */
static __always_inline __u64 seen_computing(const struct hud_thread *thread, __u64 until)
{
	__u64 since = thread->poll_first_ns + thread->poll_asleep_ns + thread->poll_run_queue_ns;

	return thread->poll_start_ns && until > since ? until - since : 0;
}

/* Follows what a turn takes, down faster than up: whatever interrupts turns makes them longer. A long poll counts as a slow one. */
static __always_inline void learn_turn(struct hud_thread *thread, __u64 mean)
{
	__u64 known = thread->turn_ns;

	if (!known)
		thread->turn_ns = mean;
	else if (mean < known)
		thread->turn_ns = known - (known - mean) / 4;
	else
		thread->turn_ns = known + least(mean - known, known) / 16 + 1;
}

/*
 * @timed: the look comes from a clock, as samples and preemption do, which is far more likely to meet a long poll than one of
 * the short ones around it; a look at a poll that goes to sleep is not.
 */
static __always_inline void divide_gap(struct hud_thread *thread, const struct poll_identity *identity, bool timed, __u64 now,
				       struct gap *gap)
{
	__u64 own, mean, turn, rest, seen;
	__u32 turns;

	halve_gap(thread, thread->observed_ns, now, gap);
	own = gap->ns - gap->stolen;
	turns = identity->tick - thread->seen_tick;
	/* A count of fewer bits goes round within a gap. */
	if (identity->tick_mask != ~0U)
		return;
	if (!identity->core || identity->core != thread->seen_core || !turns || turns >> 31)
		return;
	mean = own / turns;
	turn = thread->turn_ns ? least(thread->turn_ns, mean) : mean;
	rest = own - (turns - 1) * turn;
	if (thread->turn_ns && thread->turn_ns <= SHORT_TURN_NS && turns > 1) {
		gap->quick = rest < settings.sample_period_ns / 2;
		rest = least(rest, settings.longest_gap_ns);
		gap->closed = gap->opened = 0;
		seen = seen_computing(thread, thread->poll_seen_ns);
		if (seen >= settings.sample_period_ns / 2) {
			gap->closed = least(rest, seen > settings.sample_period_ns ? seen : settings.sample_period_ns);
		} else if (timed) {
			gap->opened = least(rest, settings.sample_period_ns);
			gap->lead = rest - gap->opened;
		}
	} else if (turns == 1 && !thread->poll_start_ns && identity->kind == HUD_KIND_MULTI_THREAD) {
		/* Of multi_thread, where no root future runs between turns: the first poll since the worker woke, or others of its tick. */
		rest = least(rest, settings.longest_gap_ns);
		gap->opened = timed && layout_of(identity->module)->long_chains ? least(rest, settings.sample_period_ns) : rest;
		gap->lead = rest - gap->opened;
	} else if (turns == 1 && identity->parked) {
		/* Nothing ran after the poll. */
		gap->closed = least(rest, settings.longest_gap_ns);
	} else {
		gap->closed = gap->opened = least(rest / 2, settings.sample_period_ns);
	}
	if (turns >= ENOUGH_TURNS)
		learn_turn(thread, mean);
}

#endif
