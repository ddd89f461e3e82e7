/* SPDX-License-Identifier: MIT OR Apache-2.0
 * Copies of stacks: registers, the used part of the user stack, kernel addresses, the system call.
 */
#ifndef HUD_STACK_BPF_H
#define HUD_STACK_BPF_H

#include "detail.bpf.h"

static __always_inline void read_registers(struct hud_stack *event, const struct pt_regs *regs)
{
	event->registers[0] = regs->ax;
	event->registers[1] = regs->dx;
	event->registers[2] = regs->cx;
	event->registers[3] = regs->bx;
	event->registers[4] = regs->si;
	event->registers[5] = regs->di;
	event->registers[6] = regs->bp;
	event->registers[7] = regs->sp;
	event->registers[8] = regs->r8;
	event->registers[9] = regs->r9;
	event->registers[10] = regs->r10;
	event->registers[11] = regs->r11;
	event->registers[12] = regs->r12;
	event->registers[13] = regs->r13;
	event->registers[14] = regs->r14;
	event->registers[15] = regs->r15;
	event->registers[16] = regs->ip;
	event->syscall = (__s32)regs->orig_ax;
	event->args[0] = regs->di;
	event->args[1] = regs->si;
	event->args[2] = regs->dx;
	event->args[3] = regs->r10;
	event->args[4] = regs->r8;
	event->args[5] = regs->r9;
}

/* glibc and musl put the thread control block, which the thread pointer points to, at the top of a thread's stack. */
static __always_inline __u64 stack_size(struct task_struct *task, __u64 sp)
{
	__u64 top = task->thread.fsbase, main_top = BPF_CORE_READ(task, mm, start_stack);
	__u64 size = settings.stack_cap;

	if (task->pid == task->tgid)
		top = main_top;
	if (top > sp && top - sp < size)
		size = top - sp;
	return size > HUD_STACK_BYTES ? HUD_STACK_BYTES : size;
}

/* For stacks with pages that are not there: the longest readable start, to one KiB. */
__noinline int copy_prefix(struct hud_stack_slot *slot, __u64 sp, __u32 size)
{
	__u32 used = 0, chunk;

	if (!slot)
		return 0;
#pragma unroll
	for (chunk = HUD_STACK_BYTES / 2; chunk >= 1024; chunk /= 2) {
		__u32 offset = used & (HUD_STACK_BYTES - chunk);

		if (used + chunk <= size && bpf_probe_read_user(slot->user + offset, chunk, (void *)(sp + offset)) == 0)
			used += chunk;
	}
	return used;
}

static __always_inline void begin_capture(struct hud_stack *event, struct task_struct *task)
{
	read_registers(event, (struct pt_regs *)bpf_task_pt_regs(task));
	event->header.type = HUD_EVENT_STACK;
	event->header.tid = tid_of(task);
	event->detail_kind = HUD_DETAIL_NONE;
	event->detail_bytes = 0;
	event->file_mode = 0;
	event->kernel_bytes = 0;
	event->waker_task_id = 0;
	event->duration_ns = 0;
	event->doubts = 0;
	event->interrupted = 0;
}

/* Registers and user stack of the current thread into its slot. */
static __always_inline void capture_user(struct hud_stack_slot *slot, struct task_struct *task)
{
	struct hud_stack *event = &slot->event;
	__u64 sp, size;

	begin_capture(event, task);
	sp = event->registers[7];
	size = stack_size(task, sp);
	if (size > HUD_STACK_BYTES)
		size = HUD_STACK_BYTES;
	if (bpf_probe_read_user(slot->user, size, (void *)sp) == 0)
		event->user_bytes = size;
	else
		event->user_bytes = copy_prefix(slot, sp, size);
	if (!event->user_bytes)
		count(HUD_LOST_STACK_COPY);
}

static __always_inline void capture_kernel(void *ctx, struct hud_stack *event)
{
	long n = bpf_get_stack(ctx, event->kernel, sizeof(event->kernel), 0);

	event->kernel_bytes = n > 0 ? n : 0;
}

static __always_inline void send_stack(struct hud_stack_slot *slot)
{
	__u64 size = slot->event.user_bytes;

	if (size > HUD_STACK_BYTES)
		size = HUD_STACK_BYTES;
	if (bpf_ringbuf_output(&events, slot, sizeof(slot->event) + size, BPF_RB_NO_WAKEUP))
		count(HUD_LOST_STACK);
}

/* The thread's own slot, taken from the pool at the first need. */
static __always_inline struct hud_stack_slot *stack_slot(struct hud_thread *thread)
{
	__u32 index;

	if (!thread->stack_slot) {
		if (!take(&pools.stacks, &index)) {
			count(HUD_LOST_STACK_SLOT);
			return NULL;
		}
		thread->stack_slot = index + 1;
	}
	index = thread->stack_slot - 1;
	return bpf_map_lookup_elem(&stacks, &index);
}

#endif
