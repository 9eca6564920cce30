//! Applies the example provider with the real Terraform on the PATH, without a network.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking, also in the functions it calls"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

/// The example as a program of its own, built as this test is. Cargo builds examples before it
/// runs all tests, but not before it runs one of them.
fn example() -> PathBuf {
    let cargo = std::env::var_os("CARGO").expect("cargo runs this test");
    let mut build = Command::new(cargo);
    build.args(["build", "--quiet", "--offline", "--workspace", "--example", "notes"]);
    let test = std::env::current_exe().unwrap();
    let profile = test.parent().and_then(Path::parent).unwrap();
    if profile.ends_with("release") {
        build.arg("--release");
    }
    let built = build.current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    profile.join("examples").join(format!("notes{}", std::env::consts::EXE_SUFFIX))
}

/// A folder with a configuration, Terraform's settings, and the provider's notes.
struct World(TempDir);

/// Output of a command.
struct Said {
    code: Option<i32>,
    text: String,
}

impl Said {
    #[track_caller]
    fn ends(self, code: i32) -> String {
        assert_eq!(self.code, Some(code), "{}", self.text);
        self.text
    }
}

impl World {
    fn new() -> Self {
        let world = Self(tempfile::tempdir().unwrap());
        for folder in ["work", "notes", "bin"] {
            fs::create_dir(world.path(folder)).unwrap();
        }
        let program = format!("bin/terraform-provider-notes{}", std::env::consts::EXE_SUFFIX);
        fs::copy(example(), world.path(&program)).unwrap();
        let settings = format!(
            "provider_installation {{\n  dev_overrides {{\n    \"example/notes\" = {:?}\n  }}\n  \
             direct {{\n    exclude = [\"*/*\"]\n  }}\n}}\n",
            world.path("bin")
        );
        fs::write(world.path("terraform.rc"), settings).unwrap();
        world
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// The names of the files in the folder of notes.
    fn notes(&self) -> Vec<String> {
        let entries = fs::read_dir(self.path("notes")).unwrap();
        let name = |entry: std::io::Result<fs::DirEntry>| entry.unwrap().file_name();
        let mut names: Vec<_> = entries.map(|entry| name(entry).into_string().unwrap()).collect();
        names.sort();
        names
    }

    fn note(&self, name: &str) -> String {
        fs::read_to_string(self.path("notes").join(name)).unwrap()
    }

    fn config(&self, hcl: &str) {
        let opening = format!(
            "terraform {{\n  required_providers {{\n    notes = {{ source = \"example/notes\" }}\n\
             \x20 }}\n}}\n\nprovider \"notes\" {{\n  folder = {:?}\n}}\n\n",
            self.path("notes")
        );
        fs::write(self.path("work/main.tf"), opening + hcl).unwrap();
    }

    fn run(&self, args: &[&str]) -> Said {
        let Output { status, stdout, stderr } = Command::new("terraform")
            .args(args)
            .current_dir(self.path("work"))
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.0.path())
            .env("TMPDIR", self.0.path())
            .env("TF_CLI_CONFIG_FILE", self.path("terraform.rc"))
            .env("TF_CLI_ARGS", "-no-color")
            .env("TF_IN_AUTOMATION", "1")
            .env("CHECKPOINT_DISABLE", "1")
            .output()
            .expect("terraform is on the PATH");
        let text = [stdout, stderr].concat();
        Said { code: status.code(), text: String::from_utf8_lossy(&text).into_owned() }
    }

    fn apply(&self) -> Said {
        self.run(&["apply", "-input=false", "-auto-approve"])
    }

    fn plan(&self) -> Said {
        self.run(&["plan", "-input=false", "-detailed-exitcode"])
    }
}

/// A note whose seal is the token of a session, and a data source that reads the note.
fn note(name: &str, text: &str, version: u8) -> String {
    format!(
        r#"
ephemeral "notes_session" "run" {{}}

resource "notes_note" "a" {{
  name         = provider::notes::name_of("{name}")
  text         = "{text}"
  seal         = ephemeral.notes_session.run.token
  seal_version = {version}
}}

data "notes_note" "a" {{
  name = notes_note.a.name
}}

output "text" {{
  value = data.notes_note.a.text
}}
"#
    )
}

#[test]
fn terraform_creates_updates_and_destroys_the_examples_resources() {
    let world = World::new();
    world.config(&note("To Do!", "milk", 1));
    let said = world.apply().ends(0);
    assert!(said.contains(r#"text = "milk""#), "{said}");
    assert_eq!(world.notes(), ["todo.seal", "todo.txt"], "the session is closed");
    assert_eq!(world.note("todo.txt"), "milk");
    let seal = world.note("todo.seal");
    assert!(seal.starts_with("token-"), "{seal}");
    let state = fs::read_to_string(world.path("work/terraform.tfstate")).unwrap();
    assert!(!state.contains("token-"), "what is write-only is in the state");
    world.plan().ends(0);

    // In place, and the seal only when its version says so.
    world.config(&note("To Do!", "bread", 1));
    assert!(world.plan().ends(2).contains("1 to change"));
    world.apply().ends(0);
    assert_eq!(world.note("todo.txt"), "bread");
    world.config(&note("To Do!", "bread", 2));
    world.apply().ends(0);
    assert_ne!(world.note("todo.seal"), seal);

    // What somebody else changes is seen; a new name is a new note.
    fs::write(world.path("notes/todo.txt"), "beer").unwrap();
    assert!(world.plan().ends(2).contains("beer"));
    world.config(&note("Done", "bread", 2));
    assert!(world.plan().ends(2).contains("must be replaced"));
    world.apply().ends(0);
    assert_eq!(world.notes(), ["done.seal", "done.txt"]);

    world.run(&["destroy", "-input=false", "-auto-approve"]).ends(0);
    assert_eq!(world.notes(), [""; 0]);
}

#[test]
fn an_import_reads_the_note_and_mistakes_are_errors() {
    let world = World::new();
    fs::write(world.path("notes/old.txt"), "rust").unwrap();
    let old = "resource \"notes_note\" \"a\" {\n  name = \"old\"\n  text = \"rust\"\n}\n";
    world.config(old);
    world.run(&["import", "-input=false", "notes_note.a", "old"]).ends(0);
    world.plan().ends(0);
    world.config(&old.replace("\"old\"", "\"Old\""));
    let said = world.run(&["validate"]).ends(1);
    assert!(said.contains("is not a name of lowercase letters"), "{said}");
    world.config(&old.replace("rust\"\n", "rust\"\n  timeouts {}\n"));
    let said = world.run(&["validate"]).ends(1);
    assert!(said.contains("\"timeouts\" are not expected"), "{said}");
    let function = "output \"name\" {\n  value = provider::notes::name_of(\"5\")\n}\n";
    world.config(function);
    let said = world.plan().ends(1);
    assert!(said.contains("Invalid value for \"text\" parameter"), "{said}");
}
