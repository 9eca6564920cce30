//! `azureai_private_endpoint`, the data source

use crate::lookup::which::Group;
use crate::lookup::whole::{Shown, Whole};
use crate::resources;

/// The data source.
pub type PrivateEndpoint = Whole<Endpoint>;

/// What it shows.
pub struct Endpoint;

impl Shown for Endpoint {
    type Of = resources::private_endpoint::PrivateEndpoint;
    const ABOUT: &'static str = "Reads a private endpoint, whoever made it: its connection, its \
                                 addresses, its zone group, and every record that a DNS needs for \
                                 it.";
    const WISHES: &'static [&'static str] = &[
        "dns_zone_group_mode",
        "on_disconnected",
        "on_zone_group_failure",
        "wait_for_approval",
        "wait_for_zone_group",
    ];
    const WORDS: &'static [(&'static str, &'static str)] = &[
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
    const GROUP: Group = Group::Needed;
}

#[cfg(test)]
mod tests {
    use super::*;
    use plugin::model::Model;
    use plugin::schema::{Member, Presence};

    /// Every attribute of the resource is there, but for the wishes; and nothing else can be set.
    #[test]
    fn it_shows_what_the_resource_has() {
        let block = PrivateEndpoint::block();
        let of = <Endpoint as Shown>::Of::block();
        let names = of.attributes.iter().map(|it| it.name());
        for name in names.chain(of.blocks.iter().map(|it| it.name())) {
            let hidden = name == "tags_all" || Endpoint::WISHES.contains(&name);
            assert_eq!(block.attribute(name).is_none(), hidden, "{name}");
        }
        let settable = block.attributes.iter();
        let settable = settable.filter(|it| it.presence != Presence::Computed);
        let settable: Vec<_> = settable.map(|it| it.name()).collect();
        let which = ["id", "name", "resource_group_name", "subscription_id"];
        assert_eq!(settable, which);
        assert!(block.blocks.is_empty());
        for (name, _) in Endpoint::WORDS {
            assert!(block.attribute(name).is_some(), "{name}");
        }
    }

    /// A block is an attribute here, of the same type: expressions need not be changed.
    #[test]
    fn blocks_keep_their_type() {
        let block = PrivateEndpoint::block();
        let of = <Endpoint as Shown>::Of::block();
        for nested in of.blocks.iter().filter(|it| !Endpoint::WISHES.contains(&it.name())) {
            let mut alone = plugin::schema::Block::new("");
            alone.push(Member::Block(nested.clone()));
            let ty = alone.ty();
            let plugin::ty::Type::Object(members) = ty else { panic!("{ty:?}") };
            let shown = block.attribute(nested.name()).map(|it| &it.ty);
            assert_eq!(shown, members.get(nested.name()), "{}", nested.name());
        }
    }
}
