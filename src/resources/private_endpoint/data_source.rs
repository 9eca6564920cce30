//! `azureai_private_endpoint`, the data source

use crate::engine::data_source::object_name::ResourceGroupName;
use crate::engine::data_source::resource_view::{ResourceView, View};

/// The data source.
pub type PrivateEndpoint = ResourceView<Endpoint>;

/// The resource that the data source shows.
#[derive(Clone)]
pub struct Endpoint;

impl View for Endpoint {
    type Resource = super::PrivateEndpoint;
    const DESCRIPTION: &'static str = "Reads a private endpoint, regardless of its owner: its \
                                       connection, its addresses, its zone group, and every DNS \
                                       record that it needs.";
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
            "IDs of the application security groups that the private endpoint belongs to.",
        ),
        (
            "custom_network_interface_name",
            "Custom name of the private endpoint's network interface, if it has one.",
        ),
        ("ip_configuration", "Static IP addresses of the private endpoint."),
        ("location", "Azure region of the private endpoint."),
        (
            "private_dns_zone_group",
            "Private DNS zone group of the private endpoint. A group of Azure Policy appears only \
             in `private_dns_zone_configs`.",
        ),
        ("tags", "Tags of the private endpoint."),
    ];
    const RESOURCE_GROUP: ResourceGroupName = ResourceGroupName::Required;
}

#[cfg(test)]
mod tests {
    use super::*;
    use plugin::model::Model;
    use plugin::schema::{Member, Presence};

    /// The data source has every attribute of the resource except the omitted ones, and no other
    /// can be set.
    #[test]
    fn every_attribute_of_the_resource_is_shown() {
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

    /// Blocks become attributes of the same type, so expressions stay valid.
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
