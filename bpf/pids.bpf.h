/* SPDX-License-Identifier: MIT OR Apache-2.0
 * Thread ids as hud's own pid namespace has them. In a container they are not the kernel's own.
 */
#ifndef HUD_PIDS_BPF_H
#define HUD_PIDS_BPF_H

#include "kernel.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

/* Address of the struct upid of that level. */
static __always_inline void *upid_at(struct pid *pid, __u32 level)
{
	return (void *)pid + bpf_core_field_offset(struct pid, numbers) + (__u64)level * bpf_core_type_size(struct upid);
}

/* The id in the pid namespace of that level, 0 where it has none. Level 0 is the initial namespace. */
static __always_inline __u32 number_at(struct pid *pid, __u32 level)
{
	__u32 id = 0;

	if (!pid || BPF_CORE_READ(pid, level) < level)
		return 0;
	bpf_probe_read_kernel(&id, sizeof(id), upid_at(pid, level) + bpf_core_field_offset(struct upid, nr));
	return id;
}

static __always_inline __u32 id_at(struct task_struct *task, __u32 level)
{
	return level ? number_at(BPF_CORE_READ(task, thread_pid), level) : task->pid;
}

static __always_inline __u32 process_at(struct task_struct *task, __u32 level)
{
	return level ? number_at(BPF_CORE_READ(task, group_leader, thread_pid), level) : task->tgid;
}

#endif
