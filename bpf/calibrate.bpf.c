/* SPDX-License-Identifier: MIT OR Apache-2.0
 * Calibration: for a short while, hands over the memory from which user space derives where Tokio keeps its state.
 * Attached only until the layout is proven.
 */
#include "kernel.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include <bpf/bpf_core_read.h>
#include "events.h"
#include "pids.bpf.h"
#include "task.bpf.h"

#define SIGHTINGS_OF_A_SITE 16
#define MULTI_THREAD 1 /* hud_call.kind */
#define CURRENT_THREAD 2

const volatile struct hud_calibration_knobs calibration_knobs;

volatile struct hud_watch watch SEC(".data.watch");

struct hud_call_record {
	struct hud_call call;
	__u8 tls[HUD_TLS_BYTES];
};

struct hud_sighting_record {
	struct hud_sighting sighting;
	__u8 tls[HUD_TLS_BYTES];
};

/* A thread under one kind of scheduler. */
struct hud_calibrated_thread {
	__u64 calls, waits, context, task, core, task_id;
	__u64 call_ns, park_ns, moment_ns;
	__u32 busy; /* a moment is being recorded; a sample may interrupt it */
	__u32 round; /* of the last call */
	struct hud_call_record at_call, at_moment;
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 8 << 20);
} calls SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 256);
	__type(key, __u64); /* kind in the upper half, tid in the lower */
	__type(value, struct hud_calibrated_thread);
} calibrated SEC(".maps");

/* By the cookie of the poll function. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 4096);
	__type(key, __u32);
	__type(value, __u32);
} sightings SEC(".maps");

/* Where a sighting is put together: too large for the stack. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct hud_sighting_record);
} sighting_scratch SEC(".maps");

/* What a new entry is copied from: too large for the stack. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct hud_calibrated_thread);
} zeroes SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} lost_calls SEC(".maps");

static __always_inline struct hud_calibrated_thread *thread_entry(__u32 kind, __u32 tid, bool create)
{
	__u64 key = (__u64)kind << 32 | tid;
	struct hud_calibrated_thread *entry = bpf_map_lookup_elem(&calibrated, &key), *zero;
	__u32 first = 0;

	if (entry || !create)
		return entry;
	zero = bpf_map_lookup_elem(&zeroes, &first);
	if (zero)
		bpf_map_update_elem(&calibrated, &key, zero, BPF_NOEXIST);
	return bpf_map_lookup_elem(&calibrated, &key);
}

/* The word of a task whose offset its vtable has; the poll function in the vtable's first word makes it likely one. */
static __always_inline __u64 task_word(__u64 task, __u64 offset_in_vtable)
{
	__u64 offset = user_word(user_word(task + TASK_VTABLE)) ? task_offset(task, offset_in_vtable) : 0;

	return offset ? user_word(task + offset) : 0;
}

/* Start of the TLS block, 0 where the thread has none yet. */
static __always_inline __u64 tls_start(struct task_struct *task)
{
	__u64 base = task->thread.fsbase;

	if (calibration_knobs.module_entry && base) {
		base = user_word(user_word(base + calibration_knobs.vector_offset) + calibration_knobs.module_entry);
		if (base == ~0ULL)
			base = 0;
	}
	return base ? base + calibration_knobs.tls_offset : 0;
}

/* Probes have been in place since the thread's last call, so that no other has followed it. */
static __always_inline bool is_current(struct hud_calibrated_thread *entry)
{
	return !watch.resting && entry->round == watch.round;
}

__noinline int record(struct hud_call_record *to, struct hud_calibrated_thread *from, __u64 tls, __u64 type_and_kind,
		      int syscall)
{
	struct hud_call *call;
	__u64 size = calibration_knobs.tls_bytes;
	int i;

	if (!to || !from)
		return 0;
	call = &to->call;
	call->header.type = (__u32)type_and_kind;
	call->kind = type_and_kind >> 32;
	call->header.tid = id_at(bpf_get_current_task_btf(), calibration_knobs.pid_level);
	call->header.time_ns = bpf_ktime_get_ns();
	call->calls = from->calls;
	call->waits = from->waits;
	call->context = from->context;
	call->task = from->task;
	call->core = from->core;
	call->task_id = from->task_id;
	call->syscall = syscall;
	call->round = is_current(from) ? from->round : 0;
	if (bpf_probe_read_user(call->context_bytes, HUD_CONTEXT_BYTES, (void *)(from->context - HUD_CONTEXT_BEFORE)))
		return 0;
	/* The block may end before HUD_CORE_BYTES, and the heap with it: a failed read leaves zeroes. */
	for (i = 0; i < HUD_CORE_BYTES; i += 64)
		bpf_probe_read_user(call->core_bytes + i, 64, (void *)(from->core + i));
	for (i = 0; i < HUD_OWNERS; i++) {
		__u64 owner = *(__u64 *)(call->context_bytes + HUD_CONTEXT_BEFORE + i * 8);

		/* A read that faults takes as long as a hundred others. */
		if (owner >= LOWEST_POINTER && owner < 1UL << 47 && !(owner & 7))
			bpf_probe_read_user(call->owner_bytes + i * HUD_OWNER_BYTES, HUD_OWNER_BYTES, (void *)owner);
		else
			__builtin_memset(call->owner_bytes + i * HUD_OWNER_BYTES, 0, HUD_OWNER_BYTES);
	}
	if (size > HUD_TLS_BYTES)
		size = HUD_TLS_BYTES;
	if (size && (!tls || bpf_probe_read_user(to->tls, size, (void *)tls)))
		size = 0;
	call->tls_bytes = size;
	if (bpf_ringbuf_output(&calls, to, sizeof(*call) + size, BPF_RB_NO_WAKEUP)) {
		__u32 first = 0;
		__u64 *lost = bpf_map_lookup_elem(&lost_calls, &first);

		if (lost)
			__sync_fetch_and_add(lost, 1);
	}
	return 0;
}

static __always_inline __u64 type_and_kind(__u32 type, __u32 kind)
{
	return (__u64)kind << 32 | type;
}

static __always_inline void record_call(struct task_struct *task, struct hud_calibrated_thread *entry, __u32 kind)
{
	__u64 now = bpf_ktime_get_ns();

	if (now - entry->call_ns < watch.gap_ns)
		return;
	entry->call_ns = now;
	record(&entry->at_call, entry, tls_start(task), type_and_kind(HUD_EVENT_CALL, kind), -1);
}

SEC("uprobe")
int on_run_task(struct pt_regs *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct hud_calibrated_thread *entry;

	if (task->tgid != calibration_knobs.target_tgid)
		return 0;
	__sync_fetch_and_add(&watch.hits, 1);
	if (watch.resting)
		return 0;
	entry = thread_entry(MULTI_THREAD, task->pid, true);
	if (!entry)
		return 0;
	entry->round = watch.round;
	entry->calls++;
	entry->context = ctx->di;
	entry->task = ctx->si;
	entry->core = ctx->dx;
	entry->task_id = task_word(ctx->si, VTABLE_ID_OFFSET);
	record_call(task, entry, MULTI_THREAD);
	return 0;
}

static __always_inline void moment_of(struct task_struct *task, __u32 kind, int syscall)
{
	struct hud_calibrated_thread *entry = thread_entry(kind, task->pid, false);
	bool waits = syscall == 232 || syscall == 281 || syscall == 441, may_park = waits || syscall == 202;
	__u64 now, *last_ns;

	if (!entry || !entry->context)
		return;
	if (!is_current(entry)) {
		/* Parks are rare in a busy program, and tell as much later on. */
		if (!may_park)
			return;
		entry->task_id = 0;
	}
	if (waits)
		entry->waits++;
	now = bpf_ktime_get_ns();
	last_ns = may_park ? &entry->park_ns : &entry->moment_ns;
	if (now - *last_ns < watch.gap_ns || entry->busy)
		return;
	*last_ns = now;
	entry->busy = 1;
	record(&entry->at_moment, entry, tls_start(task), type_and_kind(HUD_EVENT_MOMENT, kind), syscall);
	entry->busy = 0;
}

static __always_inline void moment(struct task_struct *task, int syscall)
{
	if (!watch.multi_done)
		moment_of(task, MULTI_THREAD, syscall);
	if (watch.active)
		moment_of(task, CURRENT_THREAD, syscall);
}

SEC("tp_btf/sys_enter")
int BPF_PROG(on_syscall, struct pt_regs *regs, long number)
{
	struct task_struct *task = bpf_get_current_task_btf();

	if (task->tgid == calibration_knobs.target_tgid)
		moment(task, number);
	return 0;
}

SEC("perf_event")
int on_calibration_sample(struct bpf_perf_event_data *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf();

	if (task->tgid == calibration_knobs.target_tgid && !watch.resting)
		moment(task, -1);
	return 0;
}

/*
 * A task runs under the current_thread scheduler whose context is known, if only through a LocalSet: then it is no task
 * of the scheduler's own and is no call.
 */
static __always_inline void note_current(struct task_struct *task, __u64 header)
{
	__u64 tls = tls_start(task), context, owner, core;
	struct hud_calibrated_thread *entry;

	context = tls ? user_word(tls + watch.scheduler_tls) : 0;
	if (!context || (watch.has_tag && user_word(context) != watch.tag_value))
		return;
	owner = user_word(context + watch.context_owner);
	core = user_word(context + watch.context_core);
	if (!owner || !core)
		return;
	entry = thread_entry(CURRENT_THREAD, task->pid, true);
	if (!entry)
		return;
	if (task_word(header, VTABLE_SCHEDULER_OFFSET) == owner)
		entry->calls++;
	entry->round = watch.round;
	entry->context = context;
	entry->task = header;
	entry->core = core;
	entry->task_id = task_word(header, VTABLE_ID_OFFSET);
	record_call(task, entry, CURRENT_THREAD);
}

static __always_inline void sight(struct pt_regs *ctx, struct task_struct *task)
{
	__u32 site = bpf_get_attach_cookie(ctx), first = 0, *seen = bpf_map_lookup_elem(&sightings, &site);
	struct hud_sighting_record *record;
	__u64 tls, size = calibration_knobs.tls_bytes;

	if (!seen || *seen >= SIGHTINGS_OF_A_SITE)
		return;
	record = bpf_map_lookup_elem(&sighting_scratch, &first);
	if (!record)
		return;
	__sync_fetch_and_add(seen, 1);
	record->sighting.header.type = HUD_EVENT_SIGHTING;
	record->sighting.header.tid = id_at(task, calibration_knobs.pid_level);
	record->sighting.header.time_ns = bpf_ktime_get_ns();
	record->sighting.site = site;
	record->sighting.return_address = user_word(ctx->sp);
	record->sighting.task = ctx->di;
	record->sighting.scheduler = task_word(ctx->di, VTABLE_SCHEDULER_OFFSET);
	record->sighting.stack_pointer = ctx->sp;
	record->sighting.thread_pointer = task->thread.fsbase;
	tls = tls_start(task);
	if (size > HUD_TLS_BYTES)
		size = HUD_TLS_BYTES;
	if (size && (!tls || bpf_probe_read_user(record->tls, size, (void *)tls)))
		size = 0;
	record->sighting.tls_bytes = size;
	bpf_ringbuf_output(&calls, record, sizeof(record->sighting) + size, BPF_RB_NO_WAKEUP);
}

/* A task's poll function: of any runtime, of a LocalSet, or of the blocking pool. */
SEC("uprobe")
int on_task_poll(struct pt_regs *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf();

	if (task->tgid != calibration_knobs.target_tgid)
		return 0;
	__sync_fetch_and_add(&watch.hits, 1);
	if (watch.resting)
		return 0;
	if (watch.active)
		note_current(task, ctx->di);
	sight(ctx, task);
	return 0;
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";
