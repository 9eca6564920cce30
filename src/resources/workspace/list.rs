//! `azureai_workspace`, the list

use crate::engine::list::is;
use crate::engine::prelude::*;
use crate::private_link::arm_types::WORKSPACE;

/// Lists Azure AI workspaces: hubs, and projects of hubs.
#[derive(Model, Clone, Debug)]
pub struct Workspaces {
    #[tf(flatten)]
    scope: ListScope,
    /// Kind of the workspaces. Possible values are `Hub` and `Project`. If omitted, lists both.
    #[tf(check = validators::one_of(KINDS))]
    kind: Option<String>,
    /// ID of the hub to list projects of. If omitted, lists workspaces of every hub, and the hubs.
    #[tf(check = validators::id_of(&[WORKSPACE.name]))]
    hub_id: Option<String>,
}

/// Workspaces of other kinds do not belong to Azure AI.
const KINDS: &[&str] = &["Hub", "Project"];

impl ArmList for Workspaces {
    const NAME: &'static str = "azureai_workspace";
    const LABEL: &'static str = "workspaces";

    fn sources(&self) -> Vec<Source> {
        vec![Source::Type(WORKSPACE)]
    }

    fn take(&self, id: &ResourceId, object: &Json) -> Vec<ListResult> {
        let own = object["kind"].as_str().unwrap_or_default();
        let known = KINDS.iter().any(|kind| kind.eq_ignore_ascii_case(own));
        let fits = self.kind.as_ref().is_none_or(|kind| kind.eq_ignore_ascii_case(own));
        let hub = object["properties"]["hubResourceId"].as_str();
        let wanted = known && fits && is(self.hub_id.as_deref(), hub);
        if wanted { itself(id, WORKSPACE.name) } else { Vec::new() }
    }
}
