//! The project's own commands, run as `cargo xtask <command>`.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "these commands talk to a person at a terminal"
)]

mod bench;
mod conformance;
mod demo;
mod docs;
mod emulator;
mod failure;
mod https;
mod install;
mod package;
mod plugin;
mod process;
mod project;
mod publish;
mod screen;
mod soak;
mod terraform;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The project's own commands.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Puts a workspace behind private link with real Terraform, on a local stand-in for Azure
    Demo(demo::Options),
    /// Builds the provider and puts it where `terraform init` finds it on this machine
    Install(install::Options),
    /// Makes the files of a release: archives, checksums, signature
    Package(package::Options),
    /// Brings a release into an organisation's private registry at HCP Terraform
    Publish(publish::Options),
    /// Runs the Azure CLI and the Python SDKs, unchanged, against the emulator, and Terraform
    /// signed in by that CLI
    Conformance(conformance::Options),
    /// Writes docs/ from the models
    Docs(docs::Options),
    /// Lets many resources drift and be repaired on an Azure that fails, and looks for what is lost
    Soak(soak::Options),
    /// Measures size, start, memory and speed of the release build, alone or beside other providers
    Bench(bench::Options),
}

fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Demo(options) => demo::run(&options),
        Command::Install(options) => install::run(&options),
        Command::Package(options) => package::run(&options),
        Command::Publish(options) => publish::run(&options),
        Command::Conformance(options) => conformance::run(&options),
        Command::Docs(options) => docs::run(&options),
        Command::Soak(options) => soak::run(&options),
        Command::Bench(options) => bench::run(&options),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("\n{failure}");
            ExitCode::FAILURE
        }
    }
}
