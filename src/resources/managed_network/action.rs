//! `azureai_provision_managed_network`

use super::{INACTIVE, provision};
use crate::assessment::managed_network::{MODES, PARENTS, is_property, mode, network, object};
use crate::engine::post::{ArmPost, PostRequest};
use crate::engine::prelude::*;
use crate::explain::explain;
use std::time::Duration;

/// Provisions the managed network of a Microsoft Foundry account or of a hub, and waits for it.
///
/// Without this action, Azure can delay the provisioning until the first compute needs the network.
/// For a hub it takes about half an hour.
#[derive(Model, Clone, Debug)]
pub struct ProvisionManagedNetwork {
    /// ID of the Foundry account or hub that has the managed network.
    #[tf(check = validators::id_of(PARENTS))]
    parent_id: String,
    /// If `true`, also provisions the network for serverless Spark. Only for hubs. Defaults to
    /// `false`.
    include_spark: Option<bool>,
}

impl ArmPost for ProvisionManagedNetwork {
    const NAME: &'static str = "azureai_provision_managed_network";
    // The timeout of the resource.
    const TIMEOUT: Duration = Duration::from_secs(3600);
    const DOING: &'static str = "Provisioning";

    fn requests(&self, reader: &Reader) -> Result<Vec<PostRequest>, Diagnostic> {
        let parent = validators::parse(&self.parent_id, "parent_id")?;
        let spark = self.include_spark == Some(true);
        if spark && !is_property(&parent) {
            let detail = "Only hubs support serverless Spark. Remove `include_spark`.";
            let summary = "A Foundry account does not support serverless Spark";
            let fault = Diagnostic::error(summary, detail);
            return Err(fault.at(Path::of("include_spark")));
        }
        let (id, api_version) = object(&parent);
        let none = || {
            let summary = format!("{:?} has no managed network", parent.name());
            let detail = "Create the network first, for example with an azureai_managed_network.";
            Err(Diagnostic::error(summary, detail).at(Path::of("parent_id")))
        };
        let body = match reader.object(&id, api_version) {
            Read::Found(body) => body,
            Read::Hidden(error) => {
                return Err(explain(&format!("Reading the managed network of {parent}"), &error));
            }
            Read::Absent | Read::Pending => return none(),
        };
        let network = network(body);
        if mode(network).eq_ignore_ascii_case(MODES[0]) {
            return none();
        }
        let status = &network["status"];
        let ready = !spark || status["sparkReady"] == true;
        let made = status["status"].as_str().is_some_and(|it| !it.eq_ignore_ascii_case(INACTIVE));
        Ok(if made && ready { Vec::new() } else { vec![provision(&parent, spark)] })
    }

    fn finished(&self, sent: usize) -> String {
        let name = self.parent_id.rsplit('/').next().unwrap_or_default();
        match sent {
            0 => format!("The managed network of {name:?} was already provisioned."),
            _ => format!("The managed network of {name:?} is provisioned."),
        }
    }
}
