/* SPDX-License-Identifier: MIT OR Apache-2.0
 * The exact tracker: probes at the entry of every task's poll function and where those functions return to. The
 * return is probed at the caller's next instruction, which costs less than a return probe and leaves the stack as it is.
 */

#include "task.bpf.h"

#define LOWEST_POINTER 0x10000

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 256);
	__type(key, __u64);
	__type(value, __u32); /* hud_return_site */
} return_sites SEC(".maps");

/* By the cookie of the poll function. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1024);
	__type(key, __u32);
	__type(value, struct hud_future);
} futures SEC(".maps");

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

/* Tasks of the blocking pool have no scheduler: the word in its place is no pointer. */
static __always_inline bool is_blocking_task(__u64 task)
{
	__u64 offset = task_offset(task, VTABLE_SCHEDULER_OFFSET), scheduler = 0;

	return offset >= 32 && offset <= 512 &&
	       bpf_probe_read_user(&scheduler, sizeof(scheduler), (void *)(task + offset)) == 0 &&
	       scheduler < LOWEST_POINTER;
}

static __always_inline void count_future(struct hud_thread *thread, __u64 wall)
{
	struct hud_future *future = bpf_map_lookup_elem(&futures, &thread->poll_site);
	__u64 microseconds = wall / 1000;
	__u32 bucket = 0;

	if (!future)
		return;
	__sync_fetch_and_add(&future->polls, 1);
	__sync_fetch_and_add(&future->total_ns, wall);
	if (wall > future->longest_ns)
		future->longest_ns = wall;
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
	__sync_fetch_and_add(&future->histogram[bucket], 1);
}

/* A probe's program can be preempted: what happened to the thread meanwhile came before what the program goes on to do. */
static __always_inline __u64 now_for(const struct hud_thread *thread)
{
	__u64 now = bpf_ktime_get_ns();

	if (thread->since_ns > now)
		now = thread->since_ns;
	return thread->observed_ns > now ? thread->observed_ns : now;
}

SEC("uprobe")
int on_poll_entry(struct pt_regs *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct poll_identity identity;
	struct hud_thread *thread;
	__u64 now, sp = ctx->sp, address = 0;
	__u32 *site, unknown = HUD_RETURN_UNKNOWN;

	if (task->tgid != knobs.target_tgid || !settings.enabled || !settings.exact)
		return 0;
	if (!read_user(task, false, &address, sizeof(address), sp))
		return 0;
	site = bpf_map_lookup_elem(&return_sites, &address);
	if (!site) {
		if (!bpf_map_update_elem(&return_sites, &address, &unknown, BPF_NOEXIST))
			tell_caller(address, task->pid);
		return 0;
	}
	if (*site != HUD_RETURN_PROBED)
		return 0;
	__builtin_memset(&identity, 0, sizeof(identity));
	if (settings.tracking) {
		read_identity(task, false, &identity);
		if (!identity.in_poll)
			return 0;
	} else if (is_blocking_task(ctx->di)) {
		return 0;
	}
	now = bpf_ktime_get_ns();
	thread = find_thread(task->pid);
	if (!thread)
		thread = add_thread(task, now);
	if (!thread)
		return 0;
	/* Inside a poll that goes on, such as a LocalSet's in a task: the outer one is what holds the worker. */
	if (thread->poll_start_ns && thread->poll_sp > sp)
		return 0;
	identity.task_id = task_id_of(ctx->di);
	begin_write(thread);
	now = now_for(thread);
	if (thread->poll_start_ns)
		close_poll(thread, now, false);
	thread->observed_ns = now;
	thread->runtime_kind = identity.scheduler ? identity.scheduler->kind : 1;
	open_poll(task, false, thread, &identity, now);
	thread->poll_seen_ns = now;
	thread->poll_task_header = ctx->di;
	thread->poll_sp = sp;
	thread->poll_site = bpf_get_attach_cookie(ctx);
	end_write(thread);
	return 0;
}

SEC("uprobe")
int on_poll_return(struct pt_regs *ctx)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct hud_thread *thread;
	__u64 now;

	if (task->tgid != knobs.target_tgid || !settings.enabled)
		return 0;
	thread = find_thread(task->pid);
	if (!thread || !thread->poll_start_ns || thread->poll_sp + sizeof(__u64) != ctx->sp)
		return 0;
	begin_write(thread);
	now = now_for(thread);
	count_future(thread, now - thread->poll_start_ns);
	thread->poll_seen_ns = now;
	close_poll(thread, now, false);
	thread->observed_ns = now;
	end_write(thread);
	return 0;
}
