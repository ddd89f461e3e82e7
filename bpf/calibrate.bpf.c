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
#include "ring.bpf.h"
#include "task.bpf.h"

#define SIGHTINGS_OF_A_SITE 16
#define STACK_STEP 256
#define MULTI_THREAD 1 /* hud_call.kind */
#define CURRENT_THREAD 2

const volatile struct hud_calibration_knobs calibration_knobs;

volatile struct hud_watch watch SEC(".data.watch");

/* Keeps the records' types in the object's BTF, for the layout test. */
const struct hud_call *wire_call __attribute__((unused));
const struct hud_sighting *wire_sighting __attribute__((unused));

/* A thread under one kind of scheduler. */
struct hud_calibrated_thread {
	__u64 calls, waits, context, task, core, task_id, tls;
	__u64 call_ns, park_ns, moment_ns;
	__u32 round; /* of the last call */
	__u32 padding;
};

/* User space sets the size. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
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

static __always_inline struct hud_calibrated_thread *thread_entry(__u32 kind, __u32 tid, bool create)
{
	__u64 key = (__u64)kind << 32 | tid;
	struct hud_calibrated_thread *entry = bpf_map_lookup_elem(&calibrated, &key), zero = {};

	if (entry || !create)
		return entry;
	bpf_map_update_elem(&calibrated, &key, &zero, BPF_NOEXIST);
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

/* The verifier knows the size: it is read-only by then. */
static __always_inline __u64 tls_bytes(void)
{
	return calibration_knobs.tls_bytes;
}

/* Copies the TLS block; what was copied, in bytes. */
static __always_inline __u32 copy_tls(void *to, __u64 tls)
{
	return tls_bytes() && tls && !bpf_probe_read_user(to, tls_bytes(), (void *)tls) ? tls_bytes() : 0;
}

/* The block may end before HUD_CORE_BYTES, and the heap with it: there are zeroes behind it. */
static __always_inline void copy_core(__u8 *to, __u64 core)
{
	int i;

	if (!bpf_probe_read_user(to, HUD_CORE_BYTES, (void *)core))
		return;
	for (i = 0; i < HUD_CORE_BYTES; i += 64) {
		if (bpf_probe_read_user(to + i, 64, (void *)(core + i)))
			return;
	}
}

__noinline int record(struct hud_calibrated_thread *of, __u64 type_and_kind, int syscall)
{
	struct hud_call *call;
	int i;

	if (!of)
		return 0;
	call = bpf_ringbuf_reserve(&calls, sizeof(*call) + tls_bytes(), 0);
	if (!call)
		return 0;
	call->header.type = (__u32)type_and_kind;
	call->kind = type_and_kind >> 32;
	call->header.tid = id_at(bpf_get_current_task_btf(), calibration_knobs.pid_level);
	call->header.time_ns = bpf_ktime_get_ns();
	call->calls = of->calls;
	call->waits = of->waits;
	call->context = of->context;
	call->task = of->task;
	call->core = of->core;
	call->task_id = of->task_id;
	call->syscall = syscall;
	call->round = is_current(of) ? of->round : 0;
	if (bpf_probe_read_user(call->context_bytes, HUD_CONTEXT_BYTES, (void *)(of->context - HUD_CONTEXT_BEFORE))) {
		bpf_ringbuf_discard(call, BPF_RB_NO_WAKEUP);
		return 0;
	}
	copy_core(call->core_bytes, of->core);
	for (i = 0; i < HUD_OWNERS; i++) {
		__u64 owner = *(__u64 *)(call->context_bytes + HUD_CONTEXT_BEFORE + i * 8);

		/* A read that faults takes as long as a hundred others. */
		if (owner >= LOWEST_POINTER && owner < 1UL << 47 && !(owner & 7))
			bpf_probe_read_user(call->owner_bytes + i * HUD_OWNER_BYTES, HUD_OWNER_BYTES, (void *)owner);
		else
			__builtin_memset(call->owner_bytes + i * HUD_OWNER_BYTES, 0, HUD_OWNER_BYTES);
	}
	call->tls_bytes = copy_tls(call + 1, of->tls);
	bpf_ringbuf_submit(call, BPF_RB_NO_WAKEUP);
	return 0;
}

static __always_inline __u64 type_and_kind(__u32 type, __u32 kind)
{
	return (__u64)kind << 32 | type;
}

static __always_inline void record_call(struct task_struct *task, struct hud_calibrated_thread *entry, __u32 kind)
{
	__u64 now = bpf_ktime_get_ns();

	if (now - entry->call_ns < watch.call_gap_ns)
		return;
	entry->call_ns = now;
	entry->tls = tls_start(task);
	record(entry, type_and_kind(HUD_EVENT_CALL, kind), -1);
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

static __always_inline bool waits_for_events(int syscall)
{
	return syscall == 232 || syscall == 281 || syscall == 441;
}

static __always_inline bool may_park(int syscall)
{
	return syscall == 202 || waits_for_events(syscall);
}

static __always_inline void moment_of(struct task_struct *task, __u32 kind, int syscall)
{
	struct hud_calibrated_thread *entry = thread_entry(kind, task->pid, false);
	__u64 now, *last_ns;

	if (!entry || !entry->context)
		return;
	if (!is_current(entry)) {
		/* Parks are rare in a busy program, and tell as much later on. */
		if (!may_park(syscall))
			return;
		entry->task_id = 0;
	}
	if (waits_for_events(syscall))
		entry->waits++;
	now = bpf_ktime_get_ns();
	last_ns = may_park(syscall) ? &entry->park_ns : &entry->moment_ns;
	if (now - *last_ns < watch.gap_ns)
		return;
	*last_ns = now;
	record(entry, type_and_kind(HUD_EVENT_MOMENT, kind), syscall);
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

	if (task->tgid == calibration_knobs.target_tgid && (!watch.resting || may_park(number)))
		moment(task, number);
	return 0;
}

SEC("perf_event")
int on_calibration_sample(struct bpf_perf_event_data *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf();

	if (task->tgid != calibration_knobs.target_tgid)
		return 0;
	__sync_fetch_and_add(&watch.samples, 1);
	if (!watch.resting)
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

/* As far as the stack reaches; what was copied, in bytes. */
static __always_inline __u32 copy_stack(__u8 *to, __u64 sp)
{
	__u32 i;

	for (i = 0; i < HUD_SIGHTING_STACK; i += STACK_STEP) {
		if (bpf_probe_read_user(to + i, STACK_STEP, (void *)(sp + i)))
			break;
	}
	return i;
}

static __always_inline void sight(struct pt_regs *ctx, struct task_struct *task)
{
	__u32 site = bpf_get_attach_cookie(ctx), *seen = bpf_map_lookup_elem(&sightings, &site);
	struct hud_sighting *sighting;

	if (!seen || *seen >= SIGHTINGS_OF_A_SITE)
		return;
	sighting = bpf_ringbuf_reserve(&calls, sizeof(*sighting) + tls_bytes(), 0);
	if (!sighting)
		return;
	__sync_fetch_and_add(seen, 1);
	sighting->header.type = HUD_EVENT_SIGHTING;
	sighting->header.tid = id_at(task, calibration_knobs.pid_level);
	sighting->header.time_ns = bpf_ktime_get_ns();
	sighting->site = site;
	sighting->return_address = user_word(ctx->sp);
	sighting->task = ctx->di;
	sighting->scheduler = task_word(ctx->di, VTABLE_SCHEDULER_OFFSET);
	sighting->stack_pointer = ctx->sp;
	sighting->thread_pointer = task->thread.fsbase;
	/* A worker may have left its loop by the time that user space looks, in block_in_place for one. */
	sighting->stack_bytes = copy_stack(sighting->stack, ctx->sp);
	sighting->tls_bytes = copy_tls(sighting + 1, tls_start(task));
	bpf_ringbuf_submit(sighting, BPF_RB_NO_WAKEUP);
}

/* A task's poll function: of any runtime, of a LocalSet, or of the blocking pool. */
SEC("uprobe")
int on_task_poll(struct pt_regs *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf();

	if (task->tgid != calibration_knobs.target_tgid)
		return 0;
	__sync_fetch_and_add(&watch.hits, 1);
	if (watch.active && !watch.resting)
		note_current(task, ctx->di);
	/* At rest, too: a probe that was left in place because nobody ran into it has to go now. */
	sight(ctx, task);
	return 0;
}

TOUCH_RING(calls)

char LICENSE[] SEC("license") = "Dual MIT/GPL";
