//! Tests of the real server over HTTPS, with the requests of clients.

#[cfg(test)]
mod agents;
#[cfg(test)]
mod browser;
#[cfg(test)]
mod client;
#[cfg(test)]
mod connections;
#[cfg(test)]
mod deep;
#[cfg(test)]
mod dns;
#[cfg(test)]
mod dns_resolvers;
#[cfg(test)]
mod elsewhere;
mod endpoint;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod flags;
#[cfg(test)]
mod foundry;
#[cfg(test)]
mod foundry_races;
#[cfg(test)]
mod hub_network;
#[cfg(test)]
mod law;
#[cfg(test)]
mod managed_network;
#[cfg(test)]
mod misbehaviour;
#[cfg(test)]
mod monitor_scopes;
#[cfg(test)]
mod order;
#[cfg(test)]
mod page;
#[cfg(test)]
mod page_in_browser;
#[cfg(test)]
mod page_server;
#[cfg(test)]
mod perimeters;
#[cfg(test)]
mod persistence;
#[cfg(test)]
mod picture;
#[cfg(test)]
mod platforms;
#[cfg(test)]
mod program;
#[cfg(test)]
mod protocol;
#[cfg(test)]
mod recorded;
#[cfg(test)]
mod records;
#[cfg(test)]
mod rules;
#[cfg(test)]
mod shared_links;
#[cfg(test)]
mod sign_in;
#[cfg(test)]
mod structure;
#[cfg(test)]
mod styles;
#[cfg(test)]
mod subresources;
#[cfg(test)]
mod subscriptions;
#[cfg(test)]
mod visitors;
#[cfg(test)]
mod zone_group;
