/* SPDX-License-Identifier: MIT OR Apache-2.0
 * Reads which poll the current thread is in from Tokio's own memory.
 */
#ifndef HUD_LAYOUT_BPF_H
#define HUD_LAYOUT_BPF_H

#include "maps.bpf.h"

/* No queue is that long: what was read is none. */
#define MAX_WAITING (1 << 24)

/* What tells one poll from the next. */
struct poll_identity {
	__u64 core;
	__u64 task_id;
	__u64 context;
	__u32 kind; /* hud_runtime_kind of the scheduler; 0: the thread is no worker now */
	__u32 module; /* +1, as hud_thread.module */
	__u32 tick;
	__u32 tick_mask;
	bool parked;
	bool in_poll;
};

/* @remote: of a thread other than the current one; only in sleepable programs. */
static __always_inline bool read_user(struct task_struct *task, bool remote, void *into, __u32 size, __u64 address)
{
	if (remote)
		return bpf_copy_from_user_task(into, size, (void *)address, task, 0) == 0;
	return bpf_probe_read_user(into, size, (void *)address) == 0;
}

#define READ(value, address) read_user(task, remote, &(value), sizeof(value), address)

static __always_inline __u64 cut(__u64 value, __u32 size)
{
	return size >= 8 ? value : value & ((1ULL << (size * 8)) - 1);
}

/* The verifier wants to see that the index stays within bounds. */
static __always_inline const struct hud_layout *layout_of(__u32 module)
{
	return &settings.layouts[(module - 1) & (HUD_MODULES - 1)];
}

static __always_inline const struct hud_scheduler *scheduler_of_kind(__u32 module, __u32 kind)
{
	return &layout_of(module)->schedulers[kind == HUD_KIND_CURRENT_THREAD];
}

static __always_inline bool is_known(const struct hud_layout *layout)
{
	return layout->schedulers[0].valid || layout->schedulers[1].valid;
}

/* Base that the layout's TLS offsets count from, 0 where the thread has no block for that module yet. */
static __always_inline __u64 tls_base(struct task_struct *task, bool remote, __u64 base, const struct hud_layout *layout)
{
	__u64 vector = 0, block = 0;

	if (!layout->module_entry || !base)
		return base;
	if (!READ(vector, base + layout->vector_offset) || !READ(block, vector + layout->module_entry))
		return 0;
	return block == ~0ULL ? 0 : block;
}

/*
 * Core sits in the context while a task runs and while the worker parks; Core.park (Core.driver of current_thread)
 * is taken for the length of a park. Neither holds inside block_in_place and on threads of the blocking pool.
 */
static __always_inline bool read_scheduler(struct task_struct *task, bool remote, __u64 base,
					   const struct hud_scheduler *layout, __u32 kind, struct poll_identity *identity)
{
	__u64 scheduler = 0, core = 0, park = 0, tag = 0;

	if (!layout->valid)
		return false;
	if (!READ(scheduler, base + layout->scheduler_tls))
		goto unreadable;
	if (!scheduler)
		return false;
	if (layout->tag_size) {
		if (!READ(tag, scheduler + layout->tag_offset))
			goto unreadable;
		if (cut(tag, layout->tag_size) != layout->tag_value)
			return false;
	}
	identity->kind = kind;
	identity->context = scheduler + layout->to_context;
	if (!READ(core, identity->context + layout->context_core))
		goto unreadable;
	if (!core)
		return true;
	if (!READ(park, core + layout->core_park) || !READ(identity->tick, core + layout->core_tick))
		goto unreadable;
	identity->tick &= layout->tick_mask;
	identity->tick_mask = layout->tick_mask;
	identity->core = core;
	identity->parked = cut(park, layout->parked_size) == layout->parked_value;
	if (identity->parked)
		return true;
	if (layout->has_task_id && !READ(identity->task_id, base + layout->task_id_tls))
		goto unreadable;
	if (layout->has_task_tag && (!READ(tag, base + layout->task_tag_tls) || !tag))
		identity->task_id = 0;
	identity->in_poll = true;
	return true;
unreadable:
	count(HUD_UNREADABLE);
	return true;
}

static __always_inline void read_module(struct task_struct *task, bool remote, __u64 thread_pointer, __u32 module,
					struct poll_identity *identity)
{
	const struct hud_layout *layout = layout_of(module);
	__u64 base = tls_base(task, remote, thread_pointer, layout);

	__builtin_memset(identity, 0, sizeof(*identity));
	identity->module = module;
	if (base && !read_scheduler(task, remote, base, &layout->schedulers[0], HUD_KIND_MULTI_THREAD, identity))
		read_scheduler(task, remote, base, &layout->schedulers[1], HUD_KIND_CURRENT_THREAD, identity);
}

/* Of two modules' schedulers on one thread the one that says more about it: in a poll, parked, neither. */
static __always_inline __u32 weight_of(const struct poll_identity *identity)
{
	return identity->in_poll ? 3 : identity->parked ? 2 : identity->kind != HUD_KIND_NONE;
}

/*
 * A poll may call into another module that runs a scheduler in it: the outer one is what holds the worker. Both contexts lie
 * on the thread's stack, the outer one above.
 */
static __always_inline bool outweighs(const struct poll_identity *other, const struct poll_identity *identity)
{
	__u32 weight = weight_of(other), least = weight_of(identity);

	return weight > least || (weight && weight == least && other->context > identity->context);
}

static __always_inline void read_module_after(struct task_struct *task, bool remote, __u64 thread_pointer, __u32 module,
					      struct poll_identity *identity)
{
	struct poll_identity other;

	read_module(task, remote, thread_pointer, module, &other);
	if (outweighs(&other, identity))
		*identity = other;
}

/* Of the current thread. Not static: the verifier looks at it once, and not at each place that calls it. */
__noinline int read_other_modules(__u64 thread_pointer, struct poll_identity *identity)
{
	__u32 module;

	if (!identity)
		return 0;
	for (module = 2; module <= HUD_MODULES && module <= settings.modules; module++)
		read_module_after(NULL, false, thread_pointer, module, identity);
	return 0;
}

/* All but the very few processes that hold several modules pay for one. */
static __always_inline void read_identity(struct task_struct *task, bool remote, struct poll_identity *identity)
{
	__u64 thread_pointer = task->thread.fsbase;
	__u32 module;

	read_module(task, remote, thread_pointer, 1, identity);
	if (settings.modules <= 1)
		return;
	if (!remote)
		read_other_modules(thread_pointer, identity);
	for (module = 2; remote && module <= HUD_MODULES && module <= settings.modules; module++)
		read_module_after(task, remote, thread_pointer, module, identity);
}

static __always_inline void note_scheduler(struct hud_thread *thread, const struct poll_identity *identity)
{
	if (!identity->kind)
		return;
	thread->runtime_kind = identity->kind;
	thread->module = identity->module;
}

/* Which worker of which runtime the thread is. */
static __always_inline void read_owner(struct task_struct *task, bool remote, struct hud_thread *thread,
				       const struct poll_identity *identity)
{
	const struct hud_scheduler *layout = scheduler_of_kind(identity->module, identity->kind);
	__u64 owner = 0, index = 0;

	if (!identity->kind || !layout->has_owner || !READ(owner, identity->context + layout->context_owner))
		return;
	thread->runtime = layout->has_handle ? 0 : owner;
	if (layout->has_handle)
		READ(thread->runtime, owner + layout->owner_handle);
	if (layout->has_index && READ(index, owner + layout->owner_index))
		thread->worker_index = index + 1;
}

/*
 * Notes how many tasks wait in the own queue and LIFO slot of the current thread's worker, whose poll is open. They were
 * woken by the worker itself: nobody looks at the LIFO slot but it.
 */
static __always_inline void note_waiting(struct task_struct *task, struct hud_thread *thread)
{
	const struct hud_scheduler *layout = scheduler_of_kind(thread->module, thread->runtime_kind);
	__u64 core = thread->poll_core, word = 0, head = 0, tail = 0, waiting = 0;
	const bool remote = false;

	if (!core || !layout->valid || !layout->has_queue || !READ(word, core + layout->core_queue))
		return;
	if (layout->index_size) {
		if (!READ(head, word + layout->queue_head) || !READ(tail, word + layout->queue_tail))
			return;
		waiting = cut(tail - head, layout->index_size);
		if (layout->has_lifo && READ(word, core + layout->core_lifo))
			waiting += word != 0;
	} else {
		waiting = word;
	}
	if (waiting <= MAX_WAITING)
		thread->poll_waiting = waiting + 1;
}

#endif
