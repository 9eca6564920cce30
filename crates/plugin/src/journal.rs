//! Journal: records the objects that a run begins to create, until a state contains them.
//!
//! Terraform writes the state after a call has returned. If the run is killed before, the state
//! lacks the object, and the next run cannot tell whether another client created it. So each create
//! is recorded first, in the folder where Terraform stores its data about a configuration. A record
//! contains the location of its state, so that no other state claims the object.
//!
//! A record is removed when the state is known to contain the object: when Terraform sends that
//! state, or shuts the provider down after an undisturbed run. The latter counts only if the state
//! is a local file, because Terraform writes other states later. Records expire after a week.

mod folder;

use folder::{Folder, Links, read};
use serde_json::{Value as Json, json};
use std::collections::HashSet;
use std::env;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Time after which a record expires.
const KEPT_FOR: Duration = Duration::from_secs(7 * 24 * 3600);

/// Maximum size in bytes of Terraform's files with the workspace's name and with the backend.
const MOST_OF_A_NAME: u64 = 1024 * 1024;
const MOST_OF_A_BACKEND: u64 = 16 * 1024 * 1024;

/// Records about one state. The default journal records nothing.
#[derive(Clone, Debug, Default)]
pub struct Journal(Option<Arc<Pages>>);

#[derive(Debug)]
struct Pages {
    folder: Folder,
    /// Key of the state.
    state: Vec<u8>,
    /// If `true`, Terraform writes the state before it shuts the provider down.
    local: bool,
    /// Key of the run, shared by all its processes.
    run: String,
    started: u64,
    /// Names of the records that this process created.
    own: Mutex<HashSet<String>>,
    /// Names of the records of returned objects, which the state contains as soon as Terraform has
    /// written it.
    answered: Mutex<Vec<String>>,
}

impl Journal {
    /// Opens the journal of the configuration whose data Terraform stores in the folder `data`.
    /// `variables` define the location of its state, and `program` names the journal's folder. If
    /// the folder cannot be used or the state cannot be determined, the journal records nothing.
    pub(crate) fn at(data: &Path, program: &str, variables: &[(&'static str, String)]) -> Self {
        let place = data.join(program);
        match Pages::at(data, Folder::at(place.clone()), variables) {
            Ok(pages) => Self(Some(Arc::new(pages))),
            Err(fault) => {
                let place = place.display();
                tracing::warn!(%fault, %place, "the journal is disabled");
                Self::default()
            }
        }
    }

    /// Records that an object is about to be created, with `facts` about it. Returns `false` if
    /// this process has recorded the object already.
    pub(crate) fn begin(&self, kind: &str, id: &str, facts: &Json) -> bool {
        let Some(pages) = &self.0 else { return false };
        let is_new = lock(&pages.own).insert(pages.name(kind, id));
        if is_new {
            // The response about an earlier object with this ID does not apply to the new one.
            lock(&pages.answered).retain(|name| *name != pages.name(kind, id));
            pages.note(kind, id, facts);
        }
        is_new
    }

    /// Replaces the facts about an object that this process has recorded.
    pub(crate) fn amend(&self, kind: &str, id: &str, facts: &Json) {
        let Some(pages) = &self.0 else { return };
        let is_own = lock(&pages.own).contains(&pages.name(kind, id));
        if is_own {
            pages.note(kind, id, facts);
        }
    }

    /// Returns the facts that an earlier run recorded about an object that no state contains.
    pub(crate) fn begun(&self, kind: &str, id: &str) -> Option<Json> {
        let pages = self.0.as_ref()?;
        let page = pages.folder.read(&pages.name(kind, id)).unwrap_or_else(|fault| {
            tracing::warn!(%fault, folder = %pages.place(), "the record about {id} cannot be read");
            None
        });
        let page: Json = serde_json::from_slice(&page?).ok()?;
        let is_meant = page["kind"] == kind && page["id"].as_str()?.eq_ignore_ascii_case(id);
        // If two resources of one run create the same object, the second must not claim the
        // first's.
        let is_earlier = page["run"] != pages.run && page["at"].as_u64()? < pages.started;
        (is_meant && is_earlier).then(|| page["facts"].clone())
    }

    /// Records that the response to Terraform contains the object.
    pub(crate) fn answered(&self, kind: &str, id: &str) {
        let Some(pages) = &self.0 else { return };
        lock(&pages.answered).push(pages.name(kind, id));
    }

    /// Removes the record of an object that a state contains, or that was not created.
    pub(crate) fn forget(&self, kind: &str, id: &str) {
        let Some(pages) = &self.0 else { return };
        let name = pages.name(kind, id);
        lock(&pages.own).remove(&name);
        pages.remove(&name);
    }

    /// Removes the records of returned objects when Terraform shuts the provider down after an
    /// undisturbed run.
    pub(crate) fn close(&self) {
        let Some(pages) = self.0.as_ref().filter(|pages| pages.local) else { return };
        std::mem::take(&mut *lock(&pages.answered)).iter().for_each(|name| pages.remove(name));
    }
}

impl Pages {
    fn at(
        data: &Path,
        folder: io::Result<Folder>,
        variables: &[(&'static str, String)],
    ) -> io::Result<Self> {
        let folder = folder?;
        // Follow links in Terraform's own files, as Terraform does. Both files exist only after a
        // workspace or a backend was chosen.
        let kept = |name, most| read(&data.join(name), most, Links::Followed);
        let chosen = kept("environment", MOST_OF_A_NAME)?.unwrap_or_default();
        let chosen = String::from_utf8(chosen).unwrap_or_default();
        let backend = kept("terraform.tfstate", MOST_OF_A_BACKEND)?.unwrap_or_default();
        folder.sweep(KEPT_FOR);
        Ok(Self {
            folder,
            state: [state(&chosen, variables).as_bytes(), &backend].concat(),
            local: is_local(&backend),
            run: run(),
            started: now(),
            own: Mutex::default(),
            answered: Mutex::default(),
        })
    }

    fn place(&self) -> impl std::fmt::Display {
        self.folder.place().display()
    }

    fn name(&self, kind: &str, id: &str) -> String {
        Folder::name(&[&self.state, kind.as_bytes(), id.to_lowercase().as_bytes()])
    }

    fn note(&self, kind: &str, id: &str, facts: &Json) {
        let page = json!({ "kind": kind, "id": id, "facts": facts, "run": self.run, "at": now() });
        if let Err(fault) = self.folder.write(&self.name(kind, id), page.to_string().as_bytes()) {
            let folder = self.place();
            tracing::warn!(%fault, %folder, "the record about {id} cannot be written");
        }
    }

    fn remove(&self, name: &str) {
        if let Err(fault) = self.folder.remove(name) {
            let folder = self.place();
            tracing::warn!(%fault, %folder, name, "a journal record cannot be removed");
        }
    }
}

/// Variable that names the workspace.
const WORKSPACE: &str = "TF_WORKSPACE";

/// Variables that define the state in addition to the folder: Terraform's own, and those of
/// backends whose location may be missing from the configuration.
pub(crate) const VARIABLES: [&str; 7] = [
    WORKSPACE,
    "TF_CLOUD_HOSTNAME",
    "TF_CLOUD_ORGANIZATION",
    "TF_HTTP_ADDRESS",
    "PG_CONN_STR",
    "PG_SCHEMA_NAME",
    "CONSUL_HTTP_ADDR",
];

/// Returns the key of the state, without its backend.
fn state(chosen: &str, variables: &[(&'static str, String)]) -> String {
    let place = env::current_dir().unwrap_or_default();
    let given = || variables.iter().filter(|(_, value)| !value.is_empty());
    let named = given().any(|(name, _)| *name == WORKSPACE);
    let chosen = if named || chosen.trim() == "default" { "" } else { chosen.trim() };
    let mut state = format!("{}\0{chosen}\0", place.display());
    for (name, value) in given().filter(|(_, value)| value != "default") {
        // Writing to a `String` cannot fail.
        let _ = write!(state, "{name}={value}\0");
    }
    state
}

/// Returns `true` if the backend that `terraform init` stored is a local file, which is also the
/// default.
fn is_local(backend: &[u8]) -> bool {
    let kept: Json = serde_json::from_slice(backend).unwrap_or_default();
    matches!(kept["backend"]["type"].as_str(), None | Some("local"))
}

/// Returns the key of the run: the process ID of the Terraform that started this process and, if
/// the system shows it, the start time, because process IDs are reused.
fn run() -> String {
    #[cfg(unix)]
    let number = std::os::unix::process::parent_id();
    #[cfg(not(unix))]
    let number = std::process::id();
    let stat = fs::read_to_string(format!("/proc/{number}/stat")).unwrap_or_default();
    let after_name = stat.rsplit_once(')').map(|(_, rest)| rest).unwrap_or_default();
    let started = after_name.split_whitespace().nth(19).unwrap_or_default();
    format!("{number} {started}")
}

/// Returns the milliseconds since 1970.
fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    since.as_millis().try_into().unwrap_or(u64::MAX)
}

/// Locks a mutex. A panic of another holder leaves the content consistent, because each holder
/// makes a single change.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::File;
    use tempfile::{TempDir, tempdir};

    const KIND: &str = "acme_thing";

    fn journal(data: &Path, workspace: &str) -> Journal {
        let variables =
            if workspace.is_empty() { vec![] } else { vec![(WORKSPACE, workspace.to_owned())] };
        Journal::at(data, "program", &variables)
    }

    /// Returns the journal of a run after all others.
    fn next(data: &Path, workspace: &str) -> Journal {
        let pages = Arc::into_inner(journal(data, workspace).0.unwrap()).unwrap();
        let later = Pages { run: "next".to_owned(), started: u64::MAX, ..pages };
        Journal(Some(Arc::new(later)))
    }

    fn data() -> TempDir {
        tempdir().unwrap()
    }

    #[test]
    fn the_next_run_finds_the_records_of_a_killed_run_in_any_letter_case() {
        let data = data();
        journal(data.path(), "").begin(KIND, "/Things/One", &json!({"was": "so"}));
        let next = next(data.path(), "");
        assert_eq!(next.begun(KIND, "/things/one"), Some(json!({"was": "so"})));
        assert_eq!(next.begun(KIND, "/things/two"), None);
        assert_eq!(next.begun("acme_other", "/things/one"), None);
        next.forget(KIND, "/THINGS/ONE");
        assert_eq!(next.begun(KIND, "/things/one"), None);
    }

    #[test]
    fn records_of_the_same_run_are_not_returned() {
        let data = data();
        let (one, sibling) = (journal(data.path(), ""), journal(data.path(), ""));
        assert!(one.begin(KIND, "/one", &Json::Null));
        assert!(!one.begin(KIND, "/one", &Json::Null), "this process has already recorded it");
        assert_eq!(one.begun(KIND, "/one"), None);
        assert_eq!(sibling.begun(KIND, "/one"), None);
        // Not even if the system does not distinguish runs.
        let pages = Arc::into_inner(sibling.0.unwrap()).unwrap();
        let foreign =
            Journal(Some(Arc::new(Pages { run: "other".to_owned(), started: 0, ..pages })));
        assert_eq!(foreign.begun(KIND, "/one"), None);
    }

    #[test]
    fn another_workspace_or_backend_has_its_own_records() {
        let data = data();
        journal(data.path(), "").begin(KIND, "/one", &Json::Null);
        let is_known = |workspace| next(data.path(), workspace).begun(KIND, "/one").is_some();
        assert!(is_known("") && is_known("default") && !is_known("other"));
        let chosen = data.path().join("environment");
        fs::write(&chosen, "other").unwrap();
        assert!(!is_known("") && is_known("default"));
        fs::write(&chosen, "default").unwrap();
        assert!(is_known(""));
        fs::write(data.path().join("terraform.tfstate"), "{\"backend\": {}}").unwrap();
        assert!(!is_known(""));
    }

    #[test]
    fn a_shutdown_removes_the_records_of_returned_objects_and_the_folder() {
        let data = data();
        let data = data.path().join("data");
        let journal = journal(&data, "");
        for id in ["/one", "/two"] {
            journal.begin(KIND, id, &Json::Null);
        }
        journal.answered(KIND, "/one");
        journal.close();
        assert!(next(&data, "").begun(KIND, "/one").is_none());
        assert!(next(&data, "").begun(KIND, "/two").is_some());
        journal.answered(KIND, "/two");
        journal.close();
        assert!(!data.exists());
    }

    /// Terraform writes a remote state some time after the response.
    #[test]
    fn a_shutdown_keeps_the_records_of_a_remote_state() {
        let data = data();
        for (kind, stays) in [("consul", true), ("local", false)] {
            let backend = json!({ "backend": { "type": kind } });
            fs::write(data.path().join("terraform.tfstate"), backend.to_string()).unwrap();
            let journal = journal(data.path(), "");
            journal.begin(KIND, "/one", &Json::Null);
            journal.answered(KIND, "/one");
            journal.close();
            assert_eq!(next(data.path(), "").begun(KIND, "/one").is_some(), stays, "{kind}");
        }
    }

    #[test]
    fn expired_and_damaged_records_are_ignored() {
        let data = data();
        let journal = journal(data.path(), "");
        let pages = journal.0.as_ref().unwrap();
        let path = |id| pages.folder.place().join(pages.name(KIND, id));
        for id in ["/one", "/two"] {
            journal.begin(KIND, id, &Json::Null);
        }
        fs::write(path("/one"), "{\"kind\": \"acme_thing\", \"id\": \"/two\"}").unwrap();
        let old = SystemTime::now() - KEPT_FOR - Duration::from_secs(60);
        File::options().append(true).open(path("/two")).unwrap().set_modified(old).unwrap();
        let next = next(data.path(), "");
        assert_eq!(next.begun(KIND, "/one"), None);
        assert_eq!(next.begun(KIND, "/two"), None);
        assert!(path("/one").exists() && !path("/two").exists());
    }

    #[test]
    fn without_a_folder_nothing_is_recorded_and_nothing_fails() {
        let file = tempfile::NamedTempFile::new().unwrap();
        for journal in [Journal::default(), journal(file.path(), "")] {
            journal.begin(KIND, "/one", &Json::Null);
            journal.amend(KIND, "/one", &Json::Null);
            journal.answered(KIND, "/one");
            assert_eq!(journal.begun(KIND, "/one"), None);
            journal.forget(KIND, "/one");
            journal.close();
        }
    }

    #[test]
    fn only_records_of_this_process_are_amended() {
        let data = data();
        let (one, facts) = (journal(data.path(), ""), json!({ "more": true }));
        let known = |id| next(data.path(), "").begun(KIND, id);
        one.amend(KIND, "/one", &facts);
        assert_eq!(known("/one"), None);
        one.begin(KIND, "/one", &Json::Null);
        journal(data.path(), "").amend(KIND, "/one", &facts);
        assert_eq!(known("/one"), Some(Json::Null), "another process cannot amend it");
        one.amend(KIND, "/ONE", &facts);
        assert_eq!(known("/one"), Some(facts.clone()));
        one.forget(KIND, "/one");
        one.amend(KIND, "/one", &facts);
        assert_eq!(known("/one"), None);
    }

    /// An unreadable file of Terraform may belong to another state.
    #[test]
    fn nothing_is_recorded_if_the_state_cannot_be_determined() {
        let data = data();
        fs::create_dir(data.path().join("terraform.tfstate")).unwrap();
        let blind = journal(data.path(), "");
        assert!(!blind.begin(KIND, "/one", &Json::Null));
        assert!(!data.path().join("program").exists());
    }
}
