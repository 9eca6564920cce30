//! The journal: what a run has begun to make, until a state knows of it.
//!
//! Terraform writes the state when a call has answered. Of a run that is killed before that, the
//! state knows nothing, and the next run cannot tell what it finds from somebody else's. So it is
//! noted first, in the folder where Terraform keeps its own data about a configuration; under the
//! place of its state, so that no other state takes the object for its own.
//!
//! A note goes when the state surely has the object: when Terraform shows it, or says farewell
//! after a run that nothing disturbed. The latter counts only where the state is a local file;
//! others are written later. What nobody has come back to for a week is forgotten.

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

/// How long a note counts.
const KEPT_FOR: Duration = Duration::from_secs(7 * 24 * 3600);

/// The most bytes that are read of what Terraform keeps: a workspace's name, a backend.
const MOST_OF_A_NAME: u64 = 1024 * 1024;
const MOST_OF_A_BACKEND: u64 = 16 * 1024 * 1024;

/// The notes about one state. The default journal takes none.
#[derive(Clone, Debug, Default)]
pub struct Journal(Option<Arc<Pages>>);

#[derive(Debug)]
struct Pages {
    folder: Folder,
    /// Tells the state from others.
    state: Vec<u8>,
    /// Whether an answer is in the state at once.
    local: bool,
    /// Tells the run from others, for all its processes.
    run: String,
    started: u64,
    /// What this process has begun.
    own: Mutex<HashSet<String>>,
    /// What was answered, and is in the state as soon as Terraform has written it.
    answered: Mutex<Vec<String>>,
}

impl Journal {
    /// That of the configuration whose data Terraform keeps in this folder. The variables are those
    /// that tell where its state is; `program` names the notes' own folder. Where that cannot be
    /// used, or which state is meant cannot be told, none are taken.
    pub(crate) fn at(data: &Path, program: &str, variables: &[(&'static str, String)]) -> Self {
        let place = data.join(program);
        match Pages::at(data, Folder::at(place.clone()), variables) {
            Ok(pages) => Self(Some(Arc::new(pages))),
            Err(fault) => {
                let place = place.display();
                tracing::warn!(%fault, %place, "nothing is noted for runs that are killed");
                Self::default()
            }
        }
    }

    /// Notes that an object is about to be made, with what must not be forgotten about it; false
    /// when this process has noted it already.
    pub(crate) fn begin(&self, kind: &str, id: &str, facts: &Json) -> bool {
        let Some(pages) = &self.0 else { return false };
        let is_new = lock(&pages.own).insert(pages.name(kind, id));
        if is_new {
            // What was answered of an earlier object of this ID says nothing of the new one.
            lock(&pages.answered).retain(|name| *name != pages.name(kind, id));
            pages.note(kind, id, facts);
        }
        is_new
    }

    /// Replaces what must not be forgotten about an object that this process has begun to make.
    pub(crate) fn amend(&self, kind: &str, id: &str, facts: &Json) {
        let Some(pages) = &self.0 else { return };
        let is_own = lock(&pages.own).contains(&pages.name(kind, id));
        if is_own {
            pages.note(kind, id, facts);
        }
    }

    /// What an earlier run noted about an object that it began to make, and that no state has.
    pub(crate) fn begun(&self, kind: &str, id: &str) -> Option<Json> {
        let pages = self.0.as_ref()?;
        let page = pages.folder.read(&pages.name(kind, id)).unwrap_or_else(|fault| {
            tracing::warn!(%fault, folder = %pages.place(), "the note about {id} cannot be read");
            None
        });
        let page: Json = serde_json::from_slice(&page?).ok()?;
        let is_meant = page["kind"] == kind && page["id"].as_str()?.eq_ignore_ascii_case(id);
        // Of two that want the same object in one run, the second must not take the first one's.
        let is_earlier = page["run"] != pages.run && page["at"].as_u64()? < pages.started;
        (is_meant && is_earlier).then(|| page["facts"].clone())
    }

    /// The object is in the answer to Terraform.
    pub(crate) fn answered(&self, kind: &str, id: &str) {
        let Some(pages) = &self.0 else { return };
        lock(&pages.answered).push(pages.name(kind, id));
    }

    /// A state has the object, or it was never made.
    pub(crate) fn forget(&self, kind: &str, id: &str) {
        let Some(pages) = &self.0 else { return };
        let name = pages.name(kind, id);
        lock(&pages.own).remove(&name);
        pages.remove(&name);
    }

    /// Terraform says farewell after a run that nothing disturbed.
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
        // Terraform's own: it follows links, and so must who wants to know what it knows. Neither
        // file is there until a workspace or a backend was chosen.
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
            tracing::warn!(%fault, %folder, "should this run be killed, nobody will know of {id}");
        }
    }

    fn remove(&self, name: &str) {
        if let Err(fault) = self.folder.remove(name) {
            tracing::warn!(%fault, folder = %self.place(), name, "a note of the journal stays");
        }
    }
}

/// The variable that names the workspace.
const WORKSPACE: &str = "TF_WORKSPACE";

/// Variables that tell, beside the folder, which state is meant: Terraform's own and those of
/// backends whose address need not be in the configuration.
pub(crate) const VARIABLES: [&str; 7] = [
    WORKSPACE,
    "TF_CLOUD_HOSTNAME",
    "TF_CLOUD_ORGANIZATION",
    "TF_HTTP_ADDRESS",
    "PG_CONN_STR",
    "PG_SCHEMA_NAME",
    "CONSUL_HTTP_ADDR",
];

/// What tells the state, beside its backend, from all others.
fn state(chosen: &str, variables: &[(&'static str, String)]) -> String {
    let place = env::current_dir().unwrap_or_default();
    let given = || variables.iter().filter(|(_, value)| !value.is_empty());
    let named = given().any(|(name, _)| *name == WORKSPACE);
    let chosen = if named || chosen.trim() == "default" { "" } else { chosen.trim() };
    let mut state = format!("{}\0{chosen}\0", place.display());
    for (name, value) in given().filter(|(_, value)| value != "default") {
        // Writing to a text cannot fail.
        let _ = write!(state, "{name}={value}\0");
    }
    state
}

/// Whether what `terraform init` kept of the backend is that of a local file, as without a backend.
fn is_local(backend: &[u8]) -> bool {
    let kept: Json = serde_json::from_slice(backend).unwrap_or_default();
    matches!(kept["backend"]["type"].as_str(), None | Some("local"))
}

/// The run: the Terraform that has started this process, and where the system tells when that was
/// started, that as well, because a new one may have the number of one that is gone.
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

/// Milliseconds since 1970.
fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    since.as_millis().try_into().unwrap_or(u64::MAX)
}

/// The content of a lock. A panic elsewhere while it was held leaves it whole: every holder
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

    /// The journal of a run that comes after all others.
    fn next(data: &Path, workspace: &str) -> Journal {
        let pages = Arc::into_inner(journal(data, workspace).0.unwrap()).unwrap();
        let later = Pages { run: "next".to_owned(), started: u64::MAX, ..pages };
        Journal(Some(Arc::new(later)))
    }

    fn data() -> TempDir {
        tempdir().unwrap()
    }

    #[test]
    fn what_a_killed_run_began_is_known_to_the_next_whatever_the_case() {
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
    fn what_this_run_began_is_none_of_an_earlier() {
        let data = data();
        let (one, sibling) = (journal(data.path(), ""), journal(data.path(), ""));
        assert!(one.begin(KIND, "/one", &Json::Null));
        assert!(!one.begin(KIND, "/one", &Json::Null), "somebody else of this process has");
        assert_eq!(one.begun(KIND, "/one"), None);
        assert_eq!(sibling.begun(KIND, "/one"), None);
        // Not even where the system does not tell runs apart.
        let pages = Arc::into_inner(sibling.0.unwrap()).unwrap();
        let foreign =
            Journal(Some(Arc::new(Pages { run: "other".to_owned(), started: 0, ..pages })));
        assert_eq!(foreign.begun(KIND, "/one"), None);
    }

    #[test]
    fn another_workspace_or_backend_is_another_state() {
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
    fn a_farewell_ends_what_was_answered_and_leaves_nothing_behind() {
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

    /// It is written to its place some time after the answer.
    #[test]
    fn a_farewell_says_nothing_of_a_state_that_is_elsewhere() {
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
    fn what_is_old_or_was_spoilt_counts_no_more() {
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
    fn without_a_place_nothing_is_noted_and_nothing_fails() {
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
    fn what_this_process_has_begun_is_amended_and_nothing_else() {
        let data = data();
        let (one, facts) = (journal(data.path(), ""), json!({ "more": true }));
        let known = |id| next(data.path(), "").begun(KIND, id);
        one.amend(KIND, "/one", &facts);
        assert_eq!(known("/one"), None);
        one.begin(KIND, "/one", &Json::Null);
        journal(data.path(), "").amend(KIND, "/one", &facts);
        assert_eq!(known("/one"), Some(Json::Null), "another process has not begun it");
        one.amend(KIND, "/ONE", &facts);
        assert_eq!(known("/one"), Some(facts.clone()));
        one.forget(KIND, "/one");
        one.amend(KIND, "/one", &facts);
        assert_eq!(known("/one"), None);
    }

    /// What cannot be read of Terraform's own may tell of another state.
    #[test]
    fn nothing_is_noted_where_the_state_cannot_be_told() {
        let data = data();
        fs::create_dir(data.path().join("terraform.tfstate")).unwrap();
        let blind = journal(data.path(), "");
        assert!(!blind.begin(KIND, "/one", &Json::Null));
        assert!(!data.path().join("program").exists());
    }
}
