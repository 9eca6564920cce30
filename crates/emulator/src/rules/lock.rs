//! Management locks: what may not be deleted, or not be changed at all.

use crate::arm_error::ArmError;
use crate::resource_id::within;

/// How much a lock forbids.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lock {
    /// What is locked, and all below it, cannot be deleted.
    CanNotDelete,
    /// Nor can it be written.
    ReadOnly,
}

impl Lock {
    /// Reads the word that ARM uses.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        match text.to_ascii_lowercase().as_str() {
            "cannotdelete" => Ok(Self::CanNotDelete),
            "readonly" => Ok(Self::ReadOnly),
            _ => Err(format!("unknown level '{text}', known are CanNotDelete and ReadOnly")),
        }
    }
}

/// Refuses what a lock forbids: at the scope, above it, and for a delete below it too.
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
