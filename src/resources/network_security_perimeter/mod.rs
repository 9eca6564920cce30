//! `azureai_reconcile_network_security_perimeter`

use crate::assessment::isolation::perimeter::{CONFIGURATIONS, need};
use crate::engine::post::{ArmPost, PostRequest};
use crate::engine::prelude::*;
use crate::explain::explain;
use crate::private_link::network_rules::{public_access, public_access_of};
use std::time::Duration;

/// Reconciles the network security perimeter of a resource: Azure applies the perimeter's
/// configuration to the resource again.
///
/// Use the action after fixing a provisioning issue, for example. The action waits for the
/// operation and changes neither the perimeter nor its rules. Terraform stores nothing in the
/// state. Resources whose stable API versions do not return perimeters, such as key vaults, are not
/// supported.
#[derive(Model, Clone, Debug)]
pub struct ReconcilePerimeter {
    /// ID of the resource in the perimeter, such as a Foundry account, a storage account or a
    /// search service.
    #[tf(check = Check::text(target))]
    resource_id: String,
    /// Name of one configuration, in the form `GUID.ASSOCIATION`. If omitted, reconciles every
    /// configuration of the resource.
    #[tf(check = validators::length(1, 512))]
    configuration_name: Option<String>,
}

/// Checks that a text is the ID of a resource whose API returns perimeters.
fn target(text: &str) -> Result<(), String> {
    let id = ResourceId::parse(text).map_err(|fault| fault.to_string())?;
    if public_access_of(&id).is_some_and(|access| access.perimeters) {
        return Ok(());
    }
    let known = public_access().filter(|access| access.perimeters).map(|it| it.arm_type.name);
    Err(format!(
        "The stable API versions of {} return no network security perimeter, so the perimeter \
         cannot be reconciled. Set the ID of a resource of one of these types: {}.",
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
            Read::Hidden(why) => {
                return Err(explain(&format!("Reading the perimeters of {:?}", id.name()), &why));
            }
            Read::Absent => {
                let why = "The resource does not exist. Check its ID.";
                return Err(nothing(&id, "resource_id", why));
            }
            Read::Found(shown) => shown,
        };
        let names = shown.into_iter().map(|it| it.configuration).collect::<Vec<_>>();
        if names.is_empty() {
            let why = "The resource is in no network security perimeter. Associate it with one \
                       first.";
            return Err(nothing(&id, "resource_id", why));
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
            let why = format!(
                "The resource has only {}. Set one of these names, or remove the attribute.",
                names.join(", ")
            );
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
    let summary = format!("The perimeter of {:?} cannot be reconciled", id.name());
    Diagnostic::error(summary, format!("{why}\n\nThe resource: {id}")).at(Path::of(at))
}
