//! `azureai_private_dns_zone`, the data source

use crate::lookup::which::Group;
use crate::lookup::whole::{Shown, Whole};
use crate::resources;

/// The data source.
pub type PrivateDnsZone = Whole<Zone>;

/// What it shows.
pub struct Zone;

impl Shown for Zone {
    type Of = resources::private_dns_zone::PrivateDnsZone;
    const ABOUT: &'static str = "Reads a private DNS zone. Without a resource group, the zone is \
                                 looked for in the whole subscription; when several have the name, \
                                 that is an error which lists them.";
    const WISHES: &'static [&'static str] = &["adopt_existing"];
    const WORDS: &'static [(&'static str, &'static str)] = &[
        ("soa_record", "The zone's start of authority, where it is not Azure's own."),
        ("tags", "Tags of the zone."),
    ];
    const GROUP: Group = Group::Optional;
}
