//! The journal: what a run has begun to make, until a state knows of it.
//!
//! Terraform writes the state when a call has answered. Of a run that is killed before that, the
//! state knows nothing, and the next run cannot tell what it finds from somebody else's. So it is
//! noted first, in the folder where Terraform keeps its own data about a configuration; under the
//! workspace and the backend, so that no other state takes the object for its own.
//!
//! A note goes when the state surely has the object: when Terraform says farewell after a run that
//! nothing disturbed, or when it shows the object. One that stays too long does no harm: it says
//! no more than that such an object is ours if it is as the configuration asks for.

use aws_lc_rs::digest::{Context as Hasher, SHA256};
use serde_json::{Value as Json, json};
use std::fmt::Write as _;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// The notes of one configuration, workspace and backend. The default one takes none.
#[derive(Clone, Debug, Default)]
pub struct Journal(Option<Arc<Pages>>);

#[derive(Debug)]
struct Pages {
    folder: PathBuf,
    /// Tells the workspace and the backend from others.
    state: Vec<u8>,
    /// What was answered, and is in the state as soon as Terraform has written it.
    answered: Mutex<Vec<PathBuf>>,
}

impl Journal {
    /// That of the configuration whose data Terraform keeps in this folder, and of the workspace,
    /// where the environment names it. `program` names the notes' own folder.
    pub(crate) fn at(data: &Path, program: &str, workspace: Option<String>) -> Self {
        // Neither file is there until a workspace or a backend was chosen.
        let chosen = || fs::read_to_string(data.join("environment")).ok();
        let workspace = workspace.or_else(chosen).unwrap_or_else(|| "default".to_owned());
        let backend = fs::read(data.join("terraform.tfstate")).unwrap_or_default();
        let state = [workspace.trim().as_bytes(), b"\0", &backend].concat();
        let folder = data.join(program);
        Self(Some(Arc::new(Pages { folder, state, answered: Mutex::default() })))
    }

    /// Notes that an object is about to be made, with what must not be forgotten about it.
    pub(crate) fn begin(&self, kind: &str, id: &str, facts: &Json) {
        let Some(pages) = &self.0 else { return };
        let page = json!({ "kind": kind, "id": id, "facts": facts });
        if let Err(fault) = write(&pages.folder, &pages.path(kind, id), &page) {
            let folder = pages.folder.display();
            tracing::warn!(%fault, %folder, "should this run be killed, nobody will know of {id}");
        }
    }

    /// What was noted about an object that a run began to make, and that no state has.
    pub(crate) fn begun(&self, kind: &str, id: &str) -> Option<Json> {
        let page = fs::read(self.0.as_ref()?.path(kind, id)).ok()?;
        let page: Json = serde_json::from_slice(&page).ok()?;
        let is_meant = page["kind"] == kind && page["id"].as_str()?.eq_ignore_ascii_case(id);
        is_meant.then(|| page["facts"].clone())
    }

    /// The object is in the answer to Terraform.
    pub(crate) fn answered(&self, kind: &str, id: &str) {
        let Some(pages) = &self.0 else { return };
        pages.answered.lock().unwrap_or_else(PoisonError::into_inner).push(pages.path(kind, id));
    }

    /// A state has the object, or it was never made.
    pub(crate) fn forget(&self, kind: &str, id: &str) {
        let Some(pages) = &self.0 else { return };
        pages.remove(&pages.path(kind, id));
    }

    /// Terraform says farewell after a run that nothing disturbed: it has all that was answered.
    pub(crate) fn close(&self) {
        let Some(pages) = &self.0 else { return };
        let answered =
            std::mem::take(&mut *pages.answered.lock().unwrap_or_else(PoisonError::into_inner));
        answered.iter().for_each(|path| pages.remove(path));
    }
}

impl Pages {
    fn path(&self, kind: &str, id: &str) -> PathBuf {
        let mut hasher = Hasher::new(&SHA256);
        for part in [&self.state, kind.as_bytes(), id.to_lowercase().as_bytes()] {
            hasher.update(part);
            hasher.update(b"\0");
        }
        let mut name = String::new();
        for byte in hasher.finish().as_ref() {
            // Writing to a text cannot fail.
            let _ = write!(name, "{byte:02x}");
        }
        self.folder.join(name + ".json")
    }

    /// Takes a note away if it is there, and with the last one the folder.
    fn remove(&self, path: &Path) {
        match fs::remove_file(path) {
            Ok(()) => {
                // Folders stay while there is anything in them.
                for folder in self.folder.ancestors().take(2) {
                    let _ = fs::remove_dir(folder);
                }
            }
            Err(fault) if fault.kind() == io::ErrorKind::NotFound => {}
            Err(fault) => {
                tracing::warn!(%fault, path = %path.display(), "a note of the journal stays");
            }
        }
    }
}

/// Whole or not at all.
fn write(folder: &Path, path: &Path, page: &Json) -> io::Result<()> {
    let once = || -> io::Result<()> {
        fs::create_dir_all(folder)?;
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(page.to_string().as_bytes())?;
        file.persist(path)?;
        Ok(())
    };
    match once() {
        // Another process, of another provider block, has just taken its last note away.
        Err(fault) if fault.kind() == io::ErrorKind::NotFound => once(),
        done => done,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tempfile::{TempDir, tempdir};

    const KIND: &str = "acme_thing";

    fn journal(data: &TempDir, workspace: Option<&str>) -> Journal {
        Journal::at(data.path(), "program", workspace.map(str::to_owned))
    }

    #[test]
    fn what_a_killed_run_began_is_known_to_the_next_whatever_the_case() {
        let data = tempdir().unwrap();
        journal(&data, None).begin(KIND, "/Things/One", &json!({"was": "so"}));
        let next = journal(&data, None);
        assert_eq!(next.begun(KIND, "/things/one"), Some(json!({"was": "so"})));
        assert_eq!(next.begun(KIND, "/things/two"), None);
        assert_eq!(next.begun("acme_other", "/things/one"), None);
        next.forget(KIND, "/THINGS/ONE");
        assert_eq!(next.begun(KIND, "/things/one"), None);
    }

    #[test]
    fn another_workspace_or_backend_is_another_state() {
        let data = tempdir().unwrap();
        journal(&data, None).begin(KIND, "/one", &Json::Null);
        assert!(journal(&data, Some("default")).begun(KIND, "/one").is_some());
        assert!(journal(&data, Some("other")).begun(KIND, "/one").is_none());
        fs::write(data.path().join("environment"), "other").unwrap();
        assert!(journal(&data, None).begun(KIND, "/one").is_none());
        fs::remove_file(data.path().join("environment")).unwrap();
        fs::write(data.path().join("terraform.tfstate"), "{\"backend\": {}}").unwrap();
        assert!(journal(&data, None).begun(KIND, "/one").is_none());
    }

    #[test]
    fn a_farewell_ends_what_was_answered_and_leaves_nothing_behind() {
        let data = tempdir().unwrap();
        let data = data.path().join("data");
        let journal = Journal::at(&data, "program", None);
        journal.begin(KIND, "/one", &Json::Null);
        journal.begin(KIND, "/two", &Json::Null);
        journal.answered(KIND, "/one");
        journal.close();
        assert!(journal.begun(KIND, "/one").is_none());
        assert!(journal.begun(KIND, "/two").is_some());
        journal.answered(KIND, "/two");
        journal.close();
        assert!(!data.exists());
    }

    #[test]
    fn a_note_that_was_spoilt_is_none() {
        let data = tempdir().unwrap();
        let journal = journal(&data, None);
        journal.begin(KIND, "/one", &Json::Null);
        let path = journal.0.as_ref().unwrap().path(KIND, "/one");
        fs::write(path, "{\"kind\": \"acme_thing\", \"id\": \"/two\"}").unwrap();
        assert_eq!(journal.begun(KIND, "/one"), None);
    }

    #[test]
    fn without_a_place_nothing_is_noted_and_nothing_fails() {
        let nowhere = Journal::default();
        nowhere.begin(KIND, "/one", &Json::Null);
        nowhere.answered(KIND, "/one");
        nowhere.close();
        assert_eq!(nowhere.begun(KIND, "/one"), None);
        let file = tempfile::NamedTempFile::new().unwrap();
        let blocked = Journal::at(file.path(), "program", None);
        blocked.begin(KIND, "/one", &Json::Null);
        assert_eq!(blocked.begun(KIND, "/one"), None);
    }
}
