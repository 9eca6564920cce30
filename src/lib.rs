//! terraform-provider-azureai: keeps an Azure AI workspace behind private link.
//!
//! In reading order: [`provider`] has the list of everything and the shared Azure; [`settings`] its
//! configuration; [`arm`] what a resource file says; [`resource`], [`partial`], [`lookup`],
//! [`list`] and [`action`] the one implementation of each kind; [`checks`] what is told
//! of a plan before Azure refuses it; [`isolation`] what isolated means, by what a [`survey`]
//! shows; [`moves`] what other providers' state becomes; [`resources`], [`data`], [`lists`],
//! [`actions`] and [`functions`] the files.

pub mod action;
pub mod actions;
pub mod arm;
pub mod behaviour;
pub mod beside;
pub mod check;
pub mod checks;
pub mod data;
pub mod explain;
pub mod functions;
pub mod gates;
pub mod identity;
pub mod in_zone;
pub mod isolation;
pub mod list;
pub mod lists;
pub mod lookup;
pub mod moves;
pub mod part;
pub mod partial;
pub mod place;
pub mod private_link;
pub mod provider;
pub mod resource;
pub mod resources;
pub mod settings;
pub mod survey;
pub mod tags;
pub mod wire;
pub mod words;
pub mod zone_group;
