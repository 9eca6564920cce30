//! Management locks, which prevent deletes or all changes.

use crate::arm_error::ArmError;
use crate::resource_id::within;

/// Level of a lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lock {
    /// Prevents the deletion of the scope and of everything below it.
    CanNotDelete,
    /// Also prevents writes.
    ReadOnly,
}

impl Lock {
    /// Parses ARM's name of the level.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        match text.to_ascii_lowercase().as_str() {
            "cannotdelete" => Ok(Self::CanNotDelete),
            "readonly" => Ok(Self::ReadOnly),
            _ => Err(format!(
                "unknown level '{text}'. Possible values are CanNotDelete and ReadOnly"
            )),
        }
    }
}

/// Refuses a request that a lock prevents: a lock at the scope or above it, and for a delete also a
/// lock below it.
pub(crate) fn check(locks: &[(String, Lock)], method: &str, scope: &str) -> Result<(), ArmError> {
    let delete = method == "DELETE";
    let forbids = |(at, lock): &&(String, Lock)| {
        (delete || *lock == Lock::ReadOnly) && (within(at, scope) || delete && within(scope, at))
    };
    let locked: Vec<&str> = locks.iter().filter(forbids).map(|(at, _)| &**at).collect();
    if locked.is_empty() || matches!(method, "GET" | "HEAD") {
        return Ok(());
    }
    let text = format!(
        "The scope '{scope}' cannot perform {} operation because following scope(s) are locked: \
         '{}'. Please remove the lock and try again.",
        if delete { "delete" } else { "write" },
        locked.join("','")
    );
    Err(ArmError::new(409, "ScopeLocked", text))
}
