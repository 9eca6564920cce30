//! The kinds of workspace.

use serde_json::Value as Json;

/// Whether a workspace is a project, which is reached through its hub.
pub fn is_project(workspace: &Json) -> bool {
    workspace["kind"].as_str().is_some_and(|kind| kind.eq_ignore_ascii_case("project"))
}
