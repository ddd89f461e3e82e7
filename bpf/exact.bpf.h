/* SPDX-License-Identifier: MIT OR Apache-2.0
 * The exact tracker: probes at the entry of every task's poll function and where those functions return to. The
 * return is probed at the caller's next instruction, which costs less than a return probe and leaves the stack as it is.
 */

#include "task.bpf.h"

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 256);
	__type(key, __u64);
	__type(value, __u32); /* hud_return_site */
} return_sites SEC(".maps");

/* By the index of the poll function. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1024);
	__type(key, __u32);
	__type(value, struct hud_future);
} futures SEC(".maps");

/* When a task was woken, by its header; those that are never polled again make room by themselves. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 65536);
	__type(key, __u64);
	__type(value, __u64);
} woken SEC(".maps");

static __always_inline void tell_caller(__u64 address, __u32 tid)
{
	struct hud_caller *caller = bpf_ringbuf_reserve(&events, sizeof(*caller), 0);

	if (!caller) {
		bpf_map_delete_elem(&return_sites, &address);
		return;
	}
	caller->header.type = HUD_EVENT_CALLER;
	caller->header.tid = tid;
	caller->header.time_ns = bpf_ktime_get_ns();
	caller->return_address = address;
	caller->task = 0;
	bpf_ringbuf_submit(caller, BPF_RB_NO_WAKEUP);
}

static __always_inline __u64 task_id_of(__u64 task)
{
	__u64 offset = task_offset(task, VTABLE_ID_OFFSET);

	return offset ? user_word(task + offset) : 0;
}

/* The first word of the task's scheduler, which is the address of a runtime's handle or of a LocalSet's state; 0 unknown. */
static __always_inline __u64 scheduler_of(__u64 task, bool *known)
{
	__u64 offset = task_offset(task, VTABLE_SCHEDULER_OFFSET), scheduler = 0;

	*known = offset >= 32 && offset <= 512 &&
		 bpf_probe_read_user(&scheduler, sizeof(scheduler), (void *)(task + offset)) == 0;
	return scheduler;
}

static __always_inline void count_time(struct hud_times *times, __u64 ns)
{
	__u64 microseconds = ns / 1000;
	__u32 bucket = 0;

	__sync_fetch_and_add(&times->count, 1);
	__sync_fetch_and_add(&times->total_ns, ns);
	if (ns > times->longest_ns)
		times->longest_ns = ns;
#pragma unroll
	for (int step = 16; step; step /= 2) {
		if (microseconds >> step) {
			microseconds >>= step;
			bucket += step;
		}
	}
	bucket += microseconds != 0;
	if (bucket >= HUD_BUCKETS)
		bucket = HUD_BUCKETS - 1;
	__sync_fetch_and_add(&times->histogram[bucket], 1);
}

static __always_inline void count_poll(struct hud_thread *thread, __u64 ns)
{
	struct hud_future *future = bpf_map_lookup_elem(&futures, &thread->poll_site);

	if (future)
		count_time(&future->polls, ns);
}

/* Not with what a task's own poll asked for: Tokio puts the task back without a wake. */
static __always_inline void count_delay(__u64 task, __u32 site, __u64 now)
{
	__u64 *since = bpf_map_lookup_elem(&woken, &task);
	struct hud_future *future;

	if (!since)
		return;
	future = bpf_map_lookup_elem(&futures, &site);
	if (future && now > *since)
		count_time(&future->delays, now - *since);
	bpf_map_delete_elem(&woken, &task);
}

static __always_inline void count_hit(__u64 cookie)
{
	count(HUD_PROBE_HITS);
	if (cookie & HUD_COOKIE_STEPPED)
		count(HUD_STEPPED_HITS);
}

/* Each register is loaded from its own place: the compiler must not work out an offset into the context. */
#define IN_REGISTER(number, name)                  \
	case number:                               \
		header = ctx->name;                \
		asm volatile("" : "+r"(header)); \
		break

/* The probe may be some instructions after the function's first, which may have moved its first argument. */
static __always_inline __u64 header_of(struct pt_regs *ctx, __u64 cookie)
{
	__u64 header = ctx->di;

	switch ((cookie & HUD_COOKIE_REGISTER) >> HUD_COOKIE_REGISTER_SHIFT) {
		IN_REGISTER(0, ax);
		IN_REGISTER(1, cx);
		IN_REGISTER(2, dx);
		IN_REGISTER(3, bx);
	case 4:
		header = user_word(ctx->sp + ((cookie >> HUD_COOKIE_SLOT_SHIFT) & 0x3ff) * 8);
		break;
		IN_REGISTER(5, bp);
		IN_REGISTER(6, si);
		IN_REGISTER(8, r8);
		IN_REGISTER(9, r9);
		IN_REGISTER(10, r10);
		IN_REGISTER(11, r11);
		IN_REGISTER(12, r12);
		IN_REGISTER(13, r13);
		IN_REGISTER(14, r14);
		IN_REGISTER(15, r15);
	}
	return header;
}

/* A probe's program can be preempted: what happened to the thread meanwhile came before what the program goes on to do. */
static __always_inline __u64 now_for(const struct hud_thread *thread)
{
	__u64 now = bpf_ktime_get_ns();

	if (thread->since_ns > now)
		now = thread->since_ns;
	return thread->observed_ns > now ? thread->observed_ns : now;
}

/* tokio::runtime::task::raw::schedule<S>: a wake has made an idle task runnable. */
SEC("uprobe")
int on_schedule(struct pt_regs *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf();
	__u64 now, cookie = bpf_get_attach_cookie(ctx), header = header_of(ctx, cookie);

	if (task->tgid != knobs.target_tgid)
		return 0;
	count_hit(cookie);
	if (!settings.enabled || !settings.exact || !settings.delays)
		return 0;
	now = bpf_ktime_get_ns();
	bpf_map_update_elem(&woken, &header, &now, BPF_ANY);
	return 0;
}

/*
 * Whether what was taken for a poll is a closure of the blocking pool that the loop of a worker runs in: never inside a task.
 * They are polled by the same functions, and where the pool's Inner::run is inlined no name tells.
 */
static __always_inline bool is_worker_closure(struct task_struct *task, const struct hud_thread *thread, __u32 inner)
{
	__u32 *site, kind = inner & HUD_RETURN_KIND;
	__u64 address = 0;

	if (kind == HUD_KIND_CURRENT_THREAD || !read_user(task, false, &address, sizeof(address), thread->poll_sp))
		return false;
	site = bpf_map_lookup_elem(&return_sites, &address);
	if (!site || (kind != HUD_KIND_MULTI_THREAD && !(*site & HUD_RETURN_OUTERMOST)))
		return false;
	*site = HUD_RETURN_BLOCKING;
	return true;
}

/* The thread runs a closure of the blocking pool: since its last poll it is no worker. */
static __always_inline void note_closure(struct task_struct *task)
{
	struct hud_thread *thread = find_thread(tid_of(task));

	if (thread)
		end_rest(thread, false, bpf_ktime_get_ns());
}

/* What the thread polls is not known yet; @site is NULL where nobody has been told of it. */
static __always_inline void note_unknown(struct task_struct *task, __u64 address, const __u32 *site)
{
	struct hud_thread *thread = find_thread(tid_of(task));
	__u32 unknown = HUD_RETURN_UNKNOWN;

	if (thread)
		thread->rest_sp = 0;
	if (!site && !bpf_map_update_elem(&return_sites, &address, &unknown, BPF_NOEXIST))
		tell_caller(address, tid_of(task));
}

SEC("uprobe")
int on_poll_entry(struct pt_regs *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct poll_identity identity;
	struct hud_thread *thread;
	__u64 cookie = bpf_get_attach_cookie(ctx), header = header_of(ctx, cookie);
	__u64 now, sp = ctx->sp + ((cookie >> HUD_COOKIE_STACK_SHIFT) & HUD_COOKIE_STACK), address = 0, scheduler = 0;
	__u32 *site, kind, module = (cookie >> HUD_COOKIE_MODULE_SHIFT) + 1;
	bool known;

	if (task->tgid != knobs.target_tgid)
		return 0;
	count_hit(cookie);
	if (!settings.enabled || !settings.exact || !layout_of(module)->probed)
		return 0;
	if (settings.delays)
		count_delay(header, cookie & HUD_COOKIE_INDEX, bpf_ktime_get_ns());
	if (!read_user(task, false, &address, sizeof(address), sp))
		return 0;
	site = bpf_map_lookup_elem(&return_sites, &address);
	if (!site || *site == HUD_RETURN_UNKNOWN) {
		note_unknown(task, address, site);
		return 0;
	}
	kind = *site & HUD_RETURN_KIND;
	if (*site & HUD_RETURN_BLOCKING)
		note_closure(task);
	if (!kind)
		return 0;
	__builtin_memset(&identity, 0, sizeof(identity));
	if (settings.tracking)
		read_identity(task, false, &identity);
	/* Inside a poll of another module, which is what holds the worker. */
	if (identity.in_poll && identity.module != module)
		return 0;
	if (settings.tracking && is_known(layout_of(module))) {
		if (!identity.in_poll)
			return 0;
	} else {
		__builtin_memset(&identity, 0, sizeof(identity));
		scheduler = scheduler_of(header, &known);
		/* Tasks of the blocking pool have no scheduler: the word in its place is no pointer. */
		if (known && scheduler < LOWEST_POINTER) {
			note_closure(task);
			return 0;
		}
	}
	now = bpf_ktime_get_ns();
	thread = find_or_add_thread(task, now);
	if (!thread)
		return 0;
	/* Inside a poll that goes on, such as a LocalSet's in a task: the outer one is what holds the worker. */
	if (thread->poll_start_ns && thread->poll_sp > sp && !is_one_sleep(thread)) {
		if (!is_worker_closure(task, thread, *site))
			return 0;
		thread->poll_start_ns = 0;
	}
	identity.task_id = task_id_of(header);
	begin_write(thread);
	now = now_for(thread);
	/* No look may have come since a switch-in that went unseen. */
	catch_up(thread, task, now);
	end_rest(thread, true, now);
	if (thread->poll_start_ns)
		close_poll(thread, now, false);
	thread->underway_sp = 0;
	thread->observed_ns = now;
	thread->runtime_kind = identity.kind ? identity.kind : kind;
	thread->module = module;
	/* While it is parked it counts as a worker of the runtime that it parked for. */
	if (scheduler && !thread->park_kind)
		thread->runtime = scheduler;
	open_poll(task, false, thread, &identity, now);
	thread->poll_seen_ns = now;
	thread->poll_task_header = header;
	thread->poll_sp = sp;
	thread->poll_site = cookie & HUD_COOKIE_INDEX;
	thread->poll_blind = is_told_by_probes(thread);
	end_write(thread);
	return 0;
}

SEC("uprobe")
int on_poll_return(struct pt_regs *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct hud_thread *thread;
	__u64 now;

	if (task->tgid != knobs.target_tgid)
		return 0;
	count_hit(bpf_get_attach_cookie(ctx));
	if (!settings.enabled)
		return 0;
	thread = find_thread(tid_of(task));
	if (thread && thread->underway_sp + sizeof(__u64) == ctx->sp)
		thread->underway_sp = 0;
	if (!thread || !thread->poll_start_ns || thread->poll_sp + sizeof(__u64) != ctx->sp)
		return 0;
	begin_write(thread);
	now = now_for(thread);
	catch_up(thread, task, now);
	count_poll(thread, now - thread->poll_start_ns);
	thread->poll_seen_ns = now;
	drop_left_poll(thread);
	if (thread->poll_start_ns)
		close_poll(thread, now, false);
	thread->observed_ns = now;
	end_write(thread);
	return 0;
}
