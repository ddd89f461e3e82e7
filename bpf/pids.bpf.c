/* SPDX-License-Identifier: MIT OR Apache-2.0
 * Finds a process that hud, in a pid namespace of its own, knows by another id than the kernel.
 */
#include "kernel.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include <bpf/bpf_core_read.h>
#include "events.h"
#include "pids.bpf.h"

const volatile struct hud_pid_search search;

SEC(".data.found") struct hud_pid_found found;

static __always_inline __u64 namespace_at(struct task_struct *task, __u32 level)
{
	struct pid *pid = BPF_CORE_READ(task, thread_pid);
	__u64 namespace = 0;

	bpf_probe_read_kernel(&namespace, sizeof(namespace), upid_at(pid, level) + bpf_core_field_offset(struct upid, ns));
	return namespace;
}

SEC("iter/task")
int on_task(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task, *self = bpf_get_current_task_btf();
	__u32 level = BPF_CORE_READ(self, thread_pid, level);

	found.level = level;
	if (!task || task->pid != task->tgid || id_at(task, level) != search.id)
		return 0;
	if (namespace_at(task, level) == namespace_at(self, level))
		found.tgid = task->tgid;
	return 0;
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";
