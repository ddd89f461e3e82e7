/* SPDX-License-Identifier: MIT OR Apache-2.0
 * Tokio's task header: the offsets that are the same in every build, because the vtable says the rest.
 */
#ifndef HUD_TASK_BPF_H
#define HUD_TASK_BPF_H

#define TASK_VTABLE 16		   /* Header.vtable, Tokio 1.21 and later */
#define VTABLE_SCHEDULER_OFFSET 64 /* Vtable.scheduler_offset, Tokio 1.23 and later */
#define VTABLE_ID_OFFSET 72	   /* Vtable.id_offset, Tokio 1.23 and later */
#define MAX_TASK_OFFSET 4096

/* A word of the current process's memory; 0 where there is none. */
static __always_inline __u64 user_word(__u64 address)
{
	__u64 value = 0;

	bpf_probe_read_user(&value, sizeof(value), (void *)address);
	return value;
}

/* What the task's vtable says at @at, an offset into the task; 0 where it says none. */
static __always_inline __u64 task_offset(__u64 task, __u64 at)
{
	__u64 vtable = user_word(task + TASK_VTABLE), offset = vtable ? user_word(vtable + at) : 0;

	return offset < MAX_TASK_OFFSET ? offset : 0;
}

#endif
