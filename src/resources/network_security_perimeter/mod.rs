//! `azureai_reconcile_network_security_perimeter`

use crate::assessment::isolation::perimeter::{CONFIGURATIONS, need};
use crate::assessment::reader::{Read, Reader};
use crate::engine::post::{ArmPost, PostRequest};
use crate::explain::explain;
use crate::private_link::network_rules::{public_access, public_access_of};
use crate::validators;
use azure::id::ResourceId;
use plugin::prelude::*;
use serde_json::Value as Json;
use std::time::Duration;

/// Has a resource take over the configuration of its network security perimeter again, and waits
/// until it has: after an issue that the resource shows is mended, for example.
///
/// Nothing is kept in the state, and neither the perimeter nor its rules are changed. A resource of
/// a type whose stable API versions do not show perimeters, such as a key vault, is refused.
#[derive(Model, Clone, Debug)]
pub struct ReconcilePerimeter {
    /// ID of the resource that is in the perimeter, such as a Foundry account, a storage account or
    /// a search service.
    #[tf(check = Check::text(target))]
    resource_id: String,
    /// Name of one configuration, as `GUID.ASSOCIATION`. Without it, every configuration that the
    /// resource shows.
    #[tf(check = validators::length(1, 512))]
    configuration_name: Option<String>,
}

/// An ID of a resource that shows its perimeters.
fn target(text: &str) -> Result<(), String> {
    let id = ResourceId::parse(text).map_err(|fault| fault.to_string())?;
    if public_access_of(&id).is_some_and(|access| access.perimeters) {
        return Ok(());
    }
    let known = public_access().filter(|access| access.perimeters).map(|it| it.arm_type.name);
    Err(format!(
        "the stable API versions of {} show no network security perimeter, so nothing there can \
         be reconciled. Those of these types do: {}.",
        id.resource_type(),
        known.collect::<Vec<_>>().join(", ")
    ))
}

impl ArmPost for ReconcilePerimeter {
    const NAME: &'static str = "azureai_reconcile_network_security_perimeter";
    const TIMEOUT: Duration = Duration::from_secs(30 * 60);
    const DOING: &'static str = "Reconciling";

    fn requests(&self, reader: &Reader) -> Result<Vec<PostRequest>, Diagnostic> {
        let id = validators::parse(&self.resource_id, "resource_id")?;
        let api_version = public_access_of(&id).map_or("", |it| it.arm_type.api_version);
        let shown = match need(reader, &id) {
            Read::Pending => return Ok(Vec::new()),
            Read::Hidden(why) => return Err(explain(Self::DOING, &why)),
            Read::Absent => return Err(nothing(&id, "resource_id", "Azure has no such resource.")),
            Read::Found(shown) => shown,
        };
        let names = shown.into_iter().map(|it| it.configuration).collect::<Vec<_>>();
        if names.is_empty() {
            return Err(nothing(&id, "resource_id", "It is in no network security perimeter."));
        }
        let wanted = self.configuration_name.as_ref();
        let named = |name: &&String| wanted.is_none_or(|wanted| wanted.eq_ignore_ascii_case(name));
        let request = |name: &String| PostRequest {
            id: id.child(CONFIGURATIONS, name),
            verb: "reconcile",
            api_version,
            body: Json::Null,
        };
        let requests: Vec<PostRequest> = names.iter().filter(named).map(request).collect();
        if requests.is_empty() {
            let why = format!("It has no configuration of that name. It has {}.", names.join(", "));
            return Err(nothing(&id, "configuration_name", &why));
        }
        Ok(requests)
    }

    fn finished(&self, sent: usize) -> String {
        let name = self.resource_id.rsplit('/').next().unwrap_or_default();
        match sent {
            1 => format!("The perimeter of {name:?} is reconciled"),
            _ => format!("The {sent} perimeters of {name:?} are reconciled"),
        }
    }
}

fn nothing(id: &ResourceId, at: &str, why: &str) -> Diagnostic {
    let summary = format!("Nothing of {:?} can be reconciled", id.name());
    Diagnostic::error(summary, format!("{why}\n\nIt is {id}.")).at(Path::of(at))
}
