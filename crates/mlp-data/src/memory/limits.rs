//! What a process may take on Linux: the machine's free memory, the limits of its control groups, and `ulimit -v`.

use std::fs;
use std::path::{Path, PathBuf};

/// Where control groups are found.
const GROUPS: &str = "/sys/fs/cgroup";

/// Bytes that can still be taken: the least of what the kernel estimates as available (`MemAvailable`), what each control
/// group of the process has left (containers, jobs of Slurm, services), and what is left of the address space. `None` where
/// nothing tells.
pub(super) fn left() -> Option<u64> {
    let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let group = groups_left(Path::new(GROUPS), &read("/proc/self/cgroup"));
    let free = kibibytes(&read("/proc/meminfo"), "MemAvailable:");
    let space = address_space(&read("/proc/self/limits"), &read("/proc/self/status"));
    [free, group, space].into_iter().flatten().min()
}

/// The bytes of a line such as `MemAvailable:   20000000 kB`.
fn kibibytes(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kib.checked_mul(1024)
}

/// What is left of the address space that `ulimit -v` grants.
fn address_space(limits: &str, status: &str) -> Option<u64> {
    let line = (limits.lines()).find_map(|line| line.strip_prefix("Max address space"))?;
    let soft: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(soft.saturating_sub(kibibytes(status, "VmSize:").unwrap_or(0)))
}

/// The least that a control group of the process has left, of version 1 or 2, itself or one above it.
fn groups_left(root: &Path, of_process: &str) -> Option<u64> {
    let lefts = of_process.lines().filter_map(|line| {
        let mut parts = line.splitn(3, ':');
        let (number, controllers, path) = (parts.next()?, parts.next()?, parts.next()?);
        if controllers.split(',').any(|name| name == "memory") {
            let names = ["memory.limit_in_bytes", "memory.usage_in_bytes"];
            return above(&root.join("memory"), path, names);
        }
        // Version 2 has one hierarchy; beside version 1 it lies in a folder of its own.
        if number != "0" || !controllers.is_empty() {
            return None;
        }
        let roots = [root.to_owned(), root.join("unified")];
        let names = ["memory.max", "memory.current"];
        let found = roots.iter().filter_map(|root| above(root, path, names));
        found.min()
    });
    lefts.min()
}

/// The least that a group has left, or one above it. In a container the groups of the machine may not be seen, and its
/// own stands at the top.
fn above(root: &Path, path: &str, [limit, usage]: [&str; 2]) -> Option<u64> {
    let number = |folder: &Path, name: &str| -> Option<u64> {
        let text = fs::read_to_string(folder.join(name)).ok()?;
        text.trim().parse().ok()
    };
    let left = |folder: &Path| {
        let limit = number(folder, limit)?;
        let used = number(folder, usage).unwrap_or(0);
        // Pages of files that nobody uses at the moment are given back.
        let statistics = fs::read_to_string(folder.join("memory.stat")).unwrap_or_default();
        let idle = ["inactive_file ", "total_inactive_file "]
            .iter()
            .find_map(|name| {
                let line = statistics
                    .lines()
                    .find_map(|line| line.strip_prefix(name))?;
                line.trim().parse::<u64>().ok()
            });
        Some(limit.saturating_sub(used.saturating_sub(idle.unwrap_or(0))))
    };
    let inner: PathBuf = root.join(path.trim_start_matches('/'));
    let folders = inner
        .ancestors()
        .take_while(|folder| folder.starts_with(root));
    folders.filter_map(left).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernels_estimate_is_read() {
        let text = "MemTotal:       24000000 kB\nMemFree:  1 kB\nMemAvailable:   20000000 kB\n";
        assert_eq!(kibibytes(text, "MemAvailable:"), Some(20_480_000_000));
        assert_eq!(kibibytes("MemAvailable: lots\n", "MemAvailable:"), None);
    }

    #[test]
    fn the_address_space_is_what_ulimit_grants() {
        let limits = |soft: &str| {
            format!(
                "Limit                     Soft Limit           Hard Limit           Units\n\
                 Max data size             unlimited            unlimited            bytes\n\
                 Max address space         {soft}           unlimited            bytes\n"
            )
        };
        let status = "Name:\tmlp\nVmPeak:\t  300 kB\nVmSize:\t  200 kB\n";
        assert_eq!(address_space(&limits("1024000"), status), Some(819_200));
        assert_eq!(address_space(&limits("1000"), status), Some(0));
        assert_eq!(address_space(&limits("unlimited"), status), None);
        assert_eq!(address_space("", status), None);
    }

    /// A file with its folders.
    fn file(root: &Path, name: &str, text: &str) {
        let path = root.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    #[test]
    fn control_groups_of_both_versions_and_those_above_count() {
        let folder = tempfile::tempdir().unwrap();
        let two = folder.path().join("two");
        file(&two, "job/memory.max", "1000000\n");
        file(&two, "job/memory.current", "400000\n");
        file(
            &two,
            "job/memory.stat",
            "anon 300000\ninactive_file 100000\n",
        );
        file(&two, "job/step/memory.max", "max\n");
        file(&two, "job/step/memory.current", "400000\n");
        assert_eq!(groups_left(&two, "0::/job/step\n"), Some(700_000));
        assert_eq!(groups_left(&two, "0::/other\n"), None);
        // A container sees its own group at the top.
        let inside = folder.path().join("inside");
        file(&inside, "memory.max", "500\n");
        file(&inside, "memory.current", "700\n");
        for path in ["/", "/docker/0a1b"] {
            assert_eq!(groups_left(&inside, &format!("0::{path}\n")), Some(0));
        }
        let one = folder.path().join("one");
        file(&one, "memory/a/memory.limit_in_bytes", "9000\n");
        file(&one, "memory/a/memory.usage_in_bytes", "5000\n");
        file(&one, "memory/a/memory.stat", "total_inactive_file 1000\n");
        file(
            &one,
            "memory/memory.limit_in_bytes",
            "9223372036854771712\n",
        );
        let process = "12:cpu,cpuacct:/a\n5:memory:/a\n1:name=systemd:/a\n0::/a\n";
        assert_eq!(groups_left(&one, process), Some(5000));
    }
}
