//! `azureai_private_endpoint`, the data source

use crate::engine::data_source::object_name::ResourceGroupName;
use crate::engine::data_source::resource_view::{ResourceView, View};

/// The data source.
pub type PrivateEndpoint = ResourceView<Endpoint>;

/// What it shows.
#[derive(Clone)]
pub struct Endpoint;

impl View for Endpoint {
    type Resource = super::PrivateEndpoint;
    const DESCRIPTION: &'static str = "Reads a private endpoint, whoever made it: its connection, \
                                       its addresses, its zone group, and every record that a DNS \
                                       needs for it.";
    const OMITTED: &'static [&'static str] = &[
        "dns_zone_group_mode",
        "on_disconnected",
        "on_zone_group_failure",
        "wait_for_approval",
        "wait_for_zone_group",
    ];
    const DESCRIPTIONS: &'static [(&'static str, &'static str)] = &[
        (
            "application_security_group_ids",
            "IDs of the application security groups that the endpoint belongs to.",
        ),
        (
            "custom_network_interface_name",
            "Name that the endpoint's network interface was given, if it was.",
        ),
        ("ip_configuration", "The fixed addresses of the endpoint."),
        ("location", "Region of the endpoint."),
        (
            "private_dns_zone_group",
            "The zone group in which Azure keeps the endpoint's records. That of an Azure Policy \
             is shown in `private_dns_zone_configs` only.",
        ),
        ("tags", "Tags of the endpoint."),
    ];
    const RESOURCE_GROUP: ResourceGroupName = ResourceGroupName::Required;
}

#[cfg(test)]
mod tests {
    use super::*;
    use plugin::model::Model;
    use plugin::schema::{Member, Presence};

    /// Every attribute of the resource is there, but for what is omitted; nothing else can be set.
    #[test]
    fn it_shows_what_the_resource_has() {
        let block = PrivateEndpoint::block();
        let of = <Endpoint as View>::Resource::block();
        let names = of.attributes.iter().map(|it| it.name());
        for name in names.chain(of.blocks.iter().map(|it| it.name())) {
            let hidden = name == "tags_all" || Endpoint::OMITTED.contains(&name);
            assert_eq!(block.attribute(name).is_none(), hidden, "{name}");
        }
        let settable = block.attributes.iter();
        let settable = settable.filter(|it| it.presence != Presence::Computed);
        let settable: Vec<_> = settable.map(|it| it.name()).collect();
        let which = ["id", "name", "resource_group_name", "subscription_id"];
        assert_eq!(settable, which);
        assert!(block.blocks.is_empty());
        for (name, _) in Endpoint::DESCRIPTIONS {
            assert!(block.attribute(name).is_some(), "{name}");
        }
    }

    /// A block is an attribute here, of the same type: expressions need not be changed.
    #[test]
    fn blocks_keep_their_type() {
        let block = PrivateEndpoint::block();
        let of = <Endpoint as View>::Resource::block();
        for nested in of.blocks.iter().filter(|it| !Endpoint::OMITTED.contains(&it.name())) {
            let mut alone = plugin::schema::Block::new("");
            alone.push(Member::Block(nested.clone()));
            let ty = alone.ty();
            let plugin::ty::Type::Object(members) = ty else { panic!("{ty:?}") };
            let shown = block.attribute(nested.name()).map(|it| &it.ty);
            assert_eq!(shown, members.get(nested.name()), "{}", nested.name());
        }
    }
}
