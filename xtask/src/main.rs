//! The project's own commands: `cargo xtask <command>`.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "these commands print to a terminal")]

mod bench;
mod conformance;
mod demo;
mod docs;
mod emulator;
mod failure;
mod https;
mod image;
mod install;
mod package;
mod platform;
mod plugin;
mod process;
mod project;
mod publish;
mod sbom;
mod screen;
mod soak;
mod terraform;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Commands for the development of the provider.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Deploys a private Foundry account and isolates a hub, with Terraform and the emulator
    Demo(demo::Options),
    /// Builds the provider and installs it for `terraform init` on this machine
    Install(install::Options),
    /// Builds the files of a release: archives, checksums and signature
    Package(package::Options),
    /// Writes a container image of the emulator, without a container engine
    Image(image::Options),
    /// Lists the crates of each program for each platform, in files of the format CycloneDX
    Sbom(sbom::Options),
    /// Publishes a release to an organization's private registry in HCP Terraform
    Publish(publish::Options),
    /// Runs the Azure CLI, the Python SDKs, and Terraform with the CLI's sign-in against the
    /// emulator
    Conformance(conformance::Options),
    /// Generates docs/ from the models
    Docs(docs::Options),
    /// Applies many resources repeatedly while requests fail and others write, and reports losses
    Soak(soak::Options),
    /// Measures size, start, memory and speed of the release build, alone or beside other providers
    Bench(bench::Options),
}

fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Demo(options) => demo::run(&options),
        Command::Install(options) => install::run(&options),
        Command::Package(options) => package::run(&options),
        Command::Image(options) => image::run(&options),
        Command::Sbom(options) => sbom::run(&options),
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
