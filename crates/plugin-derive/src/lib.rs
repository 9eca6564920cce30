//! `#[derive(Model)]` and `#[derive(Object)]`: they collect the facts of a struct and hand them to
//! the `plugin` crate, which knows what they mean.
//!
//! Each named field becomes a member of the block or object. Its doc comment is the description;
//! its Rust type says the rest, but for what `#[tf(..)]` adds:
//!
//! | word | meaning |
//! | --- | --- |
//! | `replace` | a change needs a new object |
//! | `default = expr` | the value when the configuration gives none |
//! | `check = expr` | a rule for known values (may be repeated) |
//! | `same = function` | spellings that mean the same |
//! | `volatile` | a computed value that any change may change |
//! | `follows("a", "b")` | a computed value that a change of these may change |
//! | `left_alone` | an update that does not set it leaves it as the service has it |
//! | `idle` | a block that is accepted and does nothing; the documentation leaves its content out |
//! | `deprecated = "why"` | shown when it is used |
//! | `min = n`, `max = n` | how often a block occurs |
//! | `rename = "name"` | the name, where Rust has a keyword |
//! | `flatten` | the members of that model are this model's |

use proc_macro::TokenStream;
use proc_macro2::TokenStream as Tokens;
use quote::quote;
use syn::ext::IdentExt;
use syn::meta::ParseNestedMeta;
use syn::punctuated::Punctuated;
use syn::{Data, DeriveInput, Expr, Fields, LitStr, Token, parse_macro_input};

/// Makes a struct the content of a block.
#[proc_macro_derive(Model, attributes(tf))]
pub fn derive_model(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    expand(&input, model).unwrap_or_else(|fault| fault.to_compile_error()).into()
}

/// Makes a struct an object-typed value.
#[proc_macro_derive(Object, attributes(tf))]
pub fn derive_object(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    expand(&input, object).unwrap_or_else(|fault| fault.to_compile_error()).into()
}

/// One field and what is said of it.
struct Member {
    ident: syn::Ident,
    ty: syn::Type,
    name: String,
    description: String,
    flatten: bool,
    facts: Vec<Tokens>,
}

fn expand(
    input: &DeriveInput,
    with: fn(&syn::Ident, &str, &[Member]) -> Tokens,
) -> syn::Result<Tokens> {
    let Data::Struct(data) = &input.data else {
        return Err(syn::Error::new_spanned(&input.ident, "only structs have fields to declare"));
    };
    let Fields::Named(fields) = &data.fields else {
        return Err(syn::Error::new_spanned(&input.ident, "the fields need names"));
    };
    let members = fields.named.iter().map(member).collect::<syn::Result<Vec<_>>>()?;
    Ok(with(&input.ident, &description(&input.attrs), &members))
}

fn member(field: &syn::Field) -> syn::Result<Member> {
    let Some(ident) = field.ident.clone() else {
        return Err(syn::Error::new_spanned(field, "the field needs a name"));
    };
    let mut member = Member {
        name: ident.unraw().to_string(),
        ty: field.ty.clone(),
        description: description(&field.attrs),
        flatten: false,
        facts: Vec::new(),
        ident,
    };
    for attribute in field.attrs.iter().filter(|attribute| attribute.path().is_ident("tf")) {
        attribute.parse_nested_meta(|word| fact(&mut member, &word))?;
    }
    if member.description.is_empty() && !member.flatten {
        return Err(syn::Error::new_spanned(
            field,
            "a doc comment is its documentation: write one",
        ));
    }
    Ok(member)
}

fn fact(member: &mut Member, word: &ParseNestedMeta<'_>) -> syn::Result<()> {
    let name = word.path.require_ident()?.to_string();
    let tokens = match name.as_str() {
        "flatten" => {
            member.flatten = true;
            return Ok(());
        }
        "rename" => {
            member.name = word.value()?.parse::<LitStr>()?.value();
            return Ok(());
        }
        "replace" => quote!(facts.replace = true;),
        "left_alone" => quote!(facts.left_alone = true;),
        "idle" => quote!(facts.idle = true;),
        "volatile" => quote!(facts.follows = ::plugin::schema::Follows::Anything;),
        "follows" => {
            let content;
            syn::parenthesized!(content in word.input);
            let names = Punctuated::<LitStr, Token![,]>::parse_terminated(&content)?;
            let names = names.iter();
            quote!(facts.follows = ::plugin::schema::Follows::These(&[#(#names),*]);)
        }
        "default" => {
            let value: Expr = word.value()?.parse()?;
            quote!(facts.default = Some(::plugin::value::Value::from(#value));)
        }
        "check" => {
            let rule: Expr = word.value()?.parse()?;
            quote!(facts.checks.push(#rule);)
        }
        "same" => {
            let same: Expr = word.value()?.parse()?;
            quote!(facts.same = Some(#same);)
        }
        "deprecated" => {
            let why: LitStr = word.value()?.parse()?;
            quote!(facts.deprecated = Some(#why);)
        }
        "min" | "max" => {
            let limit: Expr = word.value()?.parse()?;
            let field = word.path.require_ident()?;
            quote!(facts.#field = #limit;)
        }
        _ => return Err(word.error("not a fact that `tf` knows")),
    };
    member.facts.push(tokens);
    Ok(())
}

/// The doc comment as Markdown.
fn description(attributes: &[syn::Attribute]) -> String {
    let lines = attributes.iter().filter_map(|attribute| match &attribute.meta {
        syn::Meta::NameValue(pair) if pair.path.is_ident("doc") => match &pair.value {
            Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    });
    let lines: Vec<String> =
        lines.map(|line| line.strip_prefix(' ').unwrap_or(&line).trim_end().to_owned()).collect();
    lines.join("\n").trim().to_owned()
}

fn decoding(members: &[Member]) -> Tokens {
    let fields = members.iter().map(|Member { ident, ty, name, flatten, .. }| {
        if *flatten {
            quote!(#ident: <#ty as ::plugin::model::Model>::decode(value.clone())?)
        } else {
            quote!(#ident: ::plugin::model::take(&mut value, #name)?)
        }
    });
    quote!(Ok(Self { #(#fields),* }))
}

fn encoding(members: &[Member]) -> Tokens {
    let fields = members.iter().map(|Member { ident, ty, name, flatten, .. }| {
        if *flatten {
            quote! {
                let part = <#ty as ::plugin::model::Model>::encode(&self.#ident);
                for (name, member) in part.as_map().into_iter().flatten() {
                    value.set_entry(name, member.clone());
                }
            }
        } else {
            quote!(value.set_entry(#name, ::plugin::field::Field::encode(&self.#ident));)
        }
    });
    quote! {
        let mut value = ::plugin::value::Value::map([]);
        #(#fields)*
        value
    }
}

fn model(ident: &syn::Ident, description: &str, members: &[Member]) -> Tokens {
    let declared =
        members.iter().map(|Member { ty, name, description, flatten, facts, .. }| {
            if *flatten {
                return quote!(block.append(<#ty as ::plugin::model::Model>::block()););
            }
            quote! {{
                #[allow(unused_mut)]
                let mut facts = ::plugin::schema::Facts::new(#name, #description);
                #(#facts)*
                block.push(<#ty as ::plugin::field::Field>::declare(facts));
            }}
        });
    let (decoding, encoding) = (decoding(members), encoding(members));
    quote! {
        impl ::plugin::model::Model for #ident {
            fn block() -> ::plugin::schema::Block {
                let mut block = ::plugin::schema::Block::new(#description);
                #(#declared)*
                block
            }

            fn decode(
                mut value: ::plugin::value::Value,
            ) -> ::core::result::Result<Self, ::plugin::field::Mismatch> {
                #decoding
            }

            fn encode(&self) -> ::plugin::value::Value {
                #encoding
            }
        }
    }
}

fn object(ident: &syn::Ident, _description: &str, members: &[Member]) -> Tokens {
    let types = members
        .iter()
        .map(|Member { ty, name, .. }| quote!((#name, <#ty as ::plugin::field::Field>::ty())));
    let described = members.iter().map(|Member { ty, name, description, .. }| {
        quote! {
            ::plugin::schema::Described {
                name: #name,
                description: #description,
                ty: <#ty as ::plugin::field::Field>::ty(),
                members: <#ty as ::plugin::field::Field>::members(),
            }
        }
    });
    let (decoding, encoding) = (decoding(members), encoding(members));
    quote! {
        impl ::plugin::field::Field for #ident {
            fn members() -> ::std::vec::Vec<::plugin::schema::Described> {
                ::std::vec![#(#described),*]
            }

            fn ty() -> ::plugin::ty::Type {
                ::plugin::ty::Type::object([#(#types),*])
            }

            fn decode(
                mut value: ::plugin::value::Value,
            ) -> ::core::result::Result<Self, ::plugin::field::Mismatch> {
                if value.as_map().is_none() {
                    return Err(::plugin::field::Mismatch::expected("an object"));
                }
                #decoding
            }

            fn encode(&self) -> ::plugin::value::Value {
                #encoding
            }
        }
    }
}
