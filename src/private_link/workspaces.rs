//! Kinds of workspaces.

use serde_json::Value as Json;

/// Returns `true` if a workspace is a project, which clients reach through its hub.
pub fn is_project(workspace: &Json) -> bool {
    workspace["kind"].as_str().is_some_and(|kind| kind.eq_ignore_ascii_case("project"))
}
