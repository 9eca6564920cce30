//! `azureai_managed_network`, the data source

use super::ManagedNetwork;
use crate::assessment::managed_network::is_property;
use crate::engine::data_source::child_view::{ChildOf, ChildView};
use crate::engine::prelude::*;
use crate::private_link::arm_types::WORKSPACE;

/// Reads the managed network of a Microsoft Foundry account or of a hub, with its outbound rules.
///
/// A hub without a managed network has the isolation mode `Disabled`.
#[derive(Model, Clone)]
pub struct Network {
    #[tf(flatten)]
    network: ChildOf<Shown>,
}

/// The resource that the data source shows.
#[derive(Clone)]
pub struct Shown;

impl ChildView for Shown {
    type Resource = ManagedNetwork;
    const DESCRIPTION: &'static str = "Reads a managed network.";
    const NAMED_BY: &'static [&'static str] = &["parent_id"];
    const OMITTED: &'static [&'static str] = &["provision", "include_spark", "adopt_existing"];
}

/// A hub, whose body contains its network.
const HUB: ObjectType = ObjectType::new(WORKSPACE, "workspace");

impl ArmDataSource for Network {
    const NAME: &'static str = ChildOf::<Shown>::NAME;

    fn read(&mut self, reader: &Reader, defaults: &Defaults) -> Result<(), Diagnostics> {
        let given = self.network.encode().without_unknown();
        let parent = given.get("parent_id").as_str().unwrap_or_default();
        let parent = validators::parse(parent, "parent_id")?;
        if !is_property(&parent) {
            return self.network.read(reader, defaults);
        }
        let hub = HUB.read(reader, parent, |_, _| Vec::new());
        let hub = hub.map_err(|fault| fault.at(Path::of("parent_id")))?;
        let named = ManagedNetwork::decode(ManagedNetwork::block().filled(&given));
        let mut network = named.map_err(|fault| HUB.unreadable(&fault))?;
        network.set_id(&hub.id.canonical(HUB.name));
        ArmPartial::read(&mut network, hub.body, true).map_err(|fault| HUB.unreadable(&fault))?;
        let shown = ChildOf::decode(network.encode());
        self.network = shown.map_err(|fault| HUB.unreadable(&fault))?;
        Ok(())
    }
}
