//! The platforms of a release: their names in Terraform and in Rust.

use std::path::{Path, PathBuf};

use crate::failure::{Context as _, Failure, Result};
use crate::project;

/// A platform of a release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Platform {
    /// Name in Terraform: Go's `GOOS`, an underscore, and Go's `GOARCH`.
    pub(crate) name: &'static str,
    /// Name of the target in Rust.
    pub(crate) target: &'static str,
}

const fn platform(name: &'static str, target: &'static str) -> Platform {
    Platform { name, target }
}

/// All platforms of a release. Terraform has one name for every 32-bit ARM processor, so the
/// programs of `linux_arm` start only on ARMv7 with hardware floating point, and on later ones.
pub(crate) const ALL: [Platform; 8] = [
    platform("darwin_amd64", "x86_64-apple-darwin"),
    platform("darwin_arm64", "aarch64-apple-darwin"),
    platform("freebsd_amd64", "x86_64-unknown-freebsd"),
    platform("linux_amd64", "x86_64-unknown-linux-gnu"),
    platform("linux_arm", "armv7-unknown-linux-gnueabihf"),
    platform("linux_arm64", "aarch64-unknown-linux-gnu"),
    platform("windows_amd64", "x86_64-pc-windows-msvc"),
    platform("windows_arm64", "aarch64-pc-windows-msvc"),
];

impl Platform {
    /// Returns the platform of a target, or of this machine.
    ///
    /// # Errors
    ///
    /// Returns an error if no release has the platform.
    pub(crate) fn of(target: Option<&str>) -> Result<Self> {
        let here = project::platform();
        let wanted = |it: &&Self| target.map_or(it.name == here, |target| it.target == target);
        ALL.iter().find(wanted).copied().ok_or_else(|| {
            let what = target.map_or(format!("the platform {here}"), |it| format!("target {it}"));
            let known: Vec<String> =
                ALL.iter().map(|it| format!("{} ({})", it.target, it.name)).collect();
            Failure::new(format!("No release has {what}")).with("Targets", &known.join("\n"))
        })
    }

    /// Returns `true` if the platform is that of this machine.
    pub(crate) fn is_here(self) -> bool {
        self.name == project::platform()
    }

    /// Returns the ending of a program's file name.
    pub(crate) fn exe(self) -> &'static str {
        if self.name.starts_with("windows") { ".exe" } else { "" }
    }

    /// Returns `true` if Rust can link its programs without system libraries, so that Linux without
    /// glibc and Windows without the Visual C++ runtime run them.
    pub(crate) fn links_statically(self) -> bool {
        self.target.contains("-linux-gnu") || self.target.ends_with("-msvc")
    }

    /// Returns the command that runs a program of the platform on this machine, such as
    /// `qemu-arm`, if the variable is set that cargo reads for this purpose:
    /// `CARGO_TARGET_ARMV7_UNKNOWN_LINUX_GNUEABIHF_RUNNER`.
    pub(crate) fn runner(self) -> Option<String> {
        let target = self.target.to_uppercase().replace('-', "_");
        std::env::var(format!("CARGO_TARGET_{target}_RUNNER")).ok().filter(|it| !it.is_empty())
    }

    /// Returns a program that starts `program` on this machine: the program, or a script in the
    /// program's folder that passes it to the runner.
    pub(crate) fn startable(self, program: &Path) -> Result<PathBuf> {
        self.runner().map_or(Ok(program.to_owned()), |runner| script(&runner, program))
    }
}

/// Writes a script that runs a program by a runner. The script becomes the runner, so that a signal
/// to its process reaches the program.
fn script(runner: &str, program: &Path) -> Result<PathBuf> {
    let script = program.with_extension("run");
    let text = format!("#!/bin/sh\nexec {runner} '{}' \"$@\"\n", program.display());
    std::fs::write(&script, text).context(format!("Writing {}", script.display()))?;
    project::make_executable(&script)?;
    Ok(script)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn platforms_are_found_by_target() {
        for (target, name) in [
            ("armv7-unknown-linux-gnueabihf", "linux_arm"),
            ("aarch64-pc-windows-msvc", "windows_arm64"),
            ("x86_64-unknown-freebsd", "freebsd_amd64"),
        ] {
            assert_eq!(Platform::of(Some(target)).unwrap().name, name);
        }
        let failure = Platform::of(Some("sparc64-unknown-netbsd")).unwrap_err().to_string();
        assert!(failure.contains("No release has target sparc64-unknown-netbsd"), "{failure}");
        assert!(failure.contains("aarch64-apple-darwin (darwin_arm64)"), "{failure}");
    }

    /// The names are those of Go, which Terraform is written in (`go tool dist list`).
    #[test]
    fn names_and_targets_agree() {
        for it in ALL {
            let (system, processor) = it.name.split_once('_').unwrap();
            let system = if system == "darwin" { "apple-darwin" } else { system };
            assert!(it.target.contains(system), "{it:?}");
            let prefix = match processor {
                "amd64" => "x86_64-",
                "arm64" => "aarch64-",
                "arm" => "armv7-",
                other => panic!("{other} has no prefix"),
            };
            assert!(it.target.starts_with(prefix), "{it:?}");
            assert_eq!(it.exe(), if system == "windows" { ".exe" } else { "" });
            assert_eq!(it.links_statically(), matches!(system, "linux" | "windows"), "{it:?}");
        }
        let mut names = ALL.map(|it| it.name).to_vec();
        names.dedup();
        assert!(names.is_sorted() && names.len() == ALL.len(), "{names:?}");
    }

    #[test]
    fn this_machine_has_its_platform() {
        let here = Platform::of(None).unwrap();
        assert!(here.is_here());
        assert_eq!(here.exe(), std::env::consts::EXE_SUFFIX);
    }

    #[cfg(unix)]
    #[test]
    fn a_runner_runs_the_program_with_its_arguments() {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("program_v0.1.0");
        std::fs::write(&program, "echo started with $1 and $2").unwrap();
        let started = std::process::Command::new(script("sh -e", &program).unwrap())
            .args(["one word", "another"])
            .output()
            .unwrap();
        let printed = String::from_utf8(started.stdout).unwrap();
        assert_eq!(printed, "started with one word and another\n");
    }
}
