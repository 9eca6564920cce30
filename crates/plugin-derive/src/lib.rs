//! `#[derive(Model)]` and `#[derive(Object)]`: collect the facts of a struct for the crate
//! `terraform-plugin`, which interprets them.
//!
//! Each named field becomes a member of the block or object. Its doc comment is the description.
//! Its Rust type and `#[tf(..)]` define everything else:
//!
//! | word | meaning |
//! | --- | --- |
//! | `replace` | a change replaces the resource |
//! | `default = expr` | value if the configuration sets none |
//! | `check = expr` | check of known values (may be repeated) |
//! | `same = function` | returns `true` for two values with the same meaning |
//! | `key = "name"` | attribute that identifies a block of a list whose order has no meaning |
//! | `recomputed` | computed value that becomes unknown with any change |
//! | `recomputed_with("a", "b")` | computed value that becomes unknown if `a` or `b` changes |
//! | `write_if_set` | an update leaves the value in the service unless the configuration sets it |
//! | `ignored` | block without an effect, whose content the documentation omits |
//! | `deprecated = "why"` | deprecation message |
//! | `min = n`, `max = n` | minimum and maximum number of blocks |
//! | `rename = "name"` | name, if it is a keyword in Rust |
//! | `skip` | field that is no member: a decoded model has its default |
//! | `flatten` | adds the members of the field's model, and implements `AsRef` for the field |
//! | `id` | attribute with the object's ID, or flattened model with it: implements `Identified` |
//!
//! On a struct, `#[tf(description = expr)]` replaces the doc comment as the description, for a
//! generic model.
//!
//! The derived code finds the library by the dependency in the manifest, even if the manifest
//! renames it. A crate that uses the re-export of another crate names the path on the struct:
//! `#[tf(crate = "other::terraform_plugin")]`.

use proc_macro::TokenStream;
use proc_macro_crate::{FoundCrate, crate_name};
use proc_macro2::{Span, TokenStream as Tokens};
use quote::quote;
use syn::ext::IdentExt;
use syn::meta::ParseNestedMeta;
use syn::punctuated::Punctuated;
use syn::{Data, DeriveInput, Expr, Fields, LitStr, Token, parse_macro_input};

/// Derives `Model`, the content of a block.
#[proc_macro_derive(Model, attributes(tf))]
pub fn derive_model(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    expand(&input, model).unwrap_or_else(|fault| fault.to_compile_error()).into()
}

/// Derives `Field` for an object-typed value.
#[proc_macro_derive(Object, attributes(tf))]
pub fn derive_object(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    expand(&input, object).unwrap_or_else(|fault| fault.to_compile_error()).into()
}

/// Field of the struct, with its facts.
struct Member {
    ident: syn::Ident,
    ty: syn::Type,
    name: String,
    description: String,
    flatten: bool,
    skip: bool,
    id: bool,
    facts: Vec<Tokens>,
}

fn expand(
    input: &DeriveInput,
    with: fn(&DeriveInput, &Tokens, &[Member]) -> Tokens,
) -> syn::Result<Tokens> {
    let Data::Struct(data) = &input.data else {
        return Err(syn::Error::new_spanned(&input.ident, "only a struct can be derived"));
    };
    let Fields::Named(fields) = &data.fields else {
        return Err(syn::Error::new_spanned(&input.ident, "the fields of the struct need names"));
    };
    let Words { library, description } = words(&input.attrs)?;
    let members = fields.named.iter().map(member).collect::<syn::Result<Vec<_>>>()?;
    let implemented = with(input, &description, &members);
    Ok(quote! {
        const _: () = {
            use #library as _library;
            #implemented
        };
    })
}

/// Words of the attributes of a struct.
struct Words {
    /// Path of the library.
    library: syn::Path,
    /// Expression of the description.
    description: Tokens,
}

fn words(attributes: &[syn::Attribute]) -> syn::Result<Words> {
    let text = description(attributes);
    let (mut named, mut description) = (None, quote!(#text));
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("tf")) {
        attribute.parse_nested_meta(|word| {
            if word.path.is_ident("crate") {
                named = Some(word.value()?.parse::<LitStr>()?.parse()?);
            } else if word.path.is_ident("description") {
                let text: Expr = word.value()?.parse()?;
                description = quote!(#text);
            } else {
                return Err(word.error("unknown word for a struct in `#[tf(..)]`"));
            }
            Ok(())
        })?;
    }
    Ok(Words { library: named.unwrap_or_else(library), description })
}

/// Returns the path of the library by the manifest.
fn library() -> syn::Path {
    // Tests and examples of the library's package are separate crates that all know the library's
    // name. Without a readable manifest, the name is the best guess.
    let name = match crate_name("terraform-plugin") {
        Ok(FoundCrate::Name(name)) => name,
        Ok(FoundCrate::Itself) | Err(_) => "terraform_plugin".to_owned(),
    };
    let name = syn::Ident::new(&name, Span::call_site());
    syn::parse_quote!(::#name)
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
        skip: false,
        id: false,
        facts: Vec::new(),
        ident,
    };
    for attribute in field.attrs.iter().filter(|attribute| attribute.path().is_ident("tf")) {
        attribute.parse_nested_meta(|word| fact(&mut member, &word))?;
    }
    if member.description.is_empty() && !member.flatten && !member.skip {
        return Err(syn::Error::new_spanned(
            field,
            "missing doc comment: it becomes the description of the attribute",
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
        "skip" => {
            member.skip = true;
            return Ok(());
        }
        "id" => {
            member.id = true;
            return Ok(());
        }
        "rename" => {
            member.name = word.value()?.parse::<LitStr>()?.value();
            return Ok(());
        }
        "replace" => quote!(facts.replace = true;),
        "write_if_set" => quote!(facts.write_if_set = true;),
        "ignored" => quote!(facts.ignored = true;),
        "recomputed" => quote!(facts.recomputed = _library::schema::Recomputed::Always;),
        "recomputed_with" => {
            let content;
            syn::parenthesized!(content in word.input);
            let names = Punctuated::<LitStr, Token![,]>::parse_terminated(&content)?;
            let names = names.iter();
            quote!(facts.recomputed = _library::schema::Recomputed::With(&[#(#names),*]);)
        }
        "default" => {
            let value: Expr = word.value()?.parse()?;
            quote!(facts.default = Some(_library::value::Value::from(#value));)
        }
        "check" => {
            let rule: Expr = word.value()?.parse()?;
            quote!(facts.checks.push(#rule);)
        }
        "same" => {
            let same: Expr = word.value()?.parse()?;
            quote!(facts.same = Some(#same);)
        }
        "key" => {
            let name: LitStr = word.value()?.parse()?;
            quote!(facts.key = Some(#name);)
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
        _ => return Err(word.error("unknown word in `#[tf(..)]`")),
    };
    member.facts.push(tokens);
    Ok(())
}

/// Returns the doc comment as Markdown.
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
    let fields = members.iter().map(|Member { ident, ty, name, flatten, skip, .. }| {
        if *skip {
            quote!(#ident: ::core::default::Default::default())
        } else if *flatten {
            quote!(#ident: <#ty as _library::model::Model>::decode(value.clone())?)
        } else {
            quote!(#ident: _library::model::take(&mut value, #name)?)
        }
    });
    quote!(Ok(Self { #(#fields),* }))
}

fn encoding(members: &[Member]) -> Tokens {
    let shown = members.iter().filter(|it| !it.skip);
    let fields = shown.map(|Member { ident, ty, name, flatten, .. }| {
        if *flatten {
            quote! {
                let part = <#ty as _library::model::Model>::encode(&self.#ident);
                for (name, member) in part.as_map().into_iter().flatten() {
                    value.set_entry(name, member.clone());
                }
            }
        } else {
            quote!(value.set_entry(#name, _library::field::Field::encode(&self.#ident));)
        }
    });
    quote! {
        let mut value = _library::value::Value::map([]);
        #(#fields)*
        value
    }
}

/// Returns the implementations that give access to the ID and to flattened models.
fn access(input: &DeriveInput, members: &[Member]) -> Tokens {
    let ident = &input.ident;
    let (generics, of, bounds) = input.generics.split_for_impl();
    let flattened =
        members.iter().filter(|it| it.flatten).map(|Member { ident: field, ty, .. }| {
            quote! {
                impl #generics ::core::convert::AsRef<#ty> for #ident #of #bounds {
                    fn as_ref(&self) -> &#ty {
                        &self.#field
                    }
                }
            }
        });
    let id = members.iter().filter(|it| it.id).map(|Member { ident: field, flatten, .. }| {
        let id = match flatten {
            true => quote!(_library::model::Identified::id(&mut self.#field)),
            false => quote!(&mut self.#field),
        };
        quote! {
            impl #generics _library::model::Identified for #ident #of #bounds {
                fn id(
                    &mut self,
                ) -> &mut _library::field::Computed<::std::string::String> {
                    #id
                }
            }
        }
    });
    quote!(#(#flattened)* #(#id)*)
}

fn model(input: &DeriveInput, description: &Tokens, members: &[Member]) -> Tokens {
    let ident = &input.ident;
    let (generics, of, bounds) = input.generics.split_for_impl();
    let declared = members.iter().filter(|it| !it.skip).map(
        |Member { ty, name, description, flatten, facts, .. }| {
            if *flatten {
                return quote!(block.append(<#ty as _library::model::Model>::block()););
            }
            quote! {{
                #[allow(unused_mut)]
                let mut facts = _library::schema::Facts::new(#name, #description);
                #(#facts)*
                block.push(<#ty as _library::field::Field>::declare(facts));
            }}
        },
    );
    let (decoding, encoding) = (decoding(members), encoding(members));
    let access = access(input, members);
    quote! {
        #access

        impl #generics _library::model::Model for #ident #of #bounds {
            fn block() -> _library::schema::Block {
                let mut block = _library::schema::Block::new(#description);
                #(#declared)*
                block
            }

            fn decode(
                mut value: _library::value::Value,
            ) -> ::core::result::Result<Self, _library::field::Mismatch> {
                #decoding
            }

            fn encode(&self) -> _library::value::Value {
                #encoding
            }
        }
    }
}

fn object(input: &DeriveInput, _description: &Tokens, members: &[Member]) -> Tokens {
    let ident = &input.ident;
    let types = members
        .iter()
        .map(|Member { ty, name, .. }| quote!((#name, <#ty as _library::field::Field>::ty())));
    let kept = members.iter().map(|Member { ty, name, .. }| {
        let fault = format!("`{name}` is inside a value: only an attribute can be write-only");
        quote!(const { assert!(!<#ty as _library::field::Field>::WRITE_ONLY, #fault) };)
    });
    let described = members.iter().map(|Member { ty, name, description, .. }| {
        quote! {
            _library::schema::Described {
                name: #name,
                description: #description,
                ty: <#ty as _library::field::Field>::ty(),
                members: <#ty as _library::field::Field>::members(),
            }
        }
    });
    let (decoding, encoding) = (decoding(members), encoding(members));
    quote! {
        impl _library::field::Field for #ident {
            fn members() -> ::std::vec::Vec<_library::schema::Described> {
                ::std::vec![#(#described),*]
            }

            fn ty() -> _library::ty::Type {
                #(#kept)*
                _library::ty::Type::object([#(#types),*])
            }

            fn decode(
                mut value: _library::value::Value,
            ) -> ::core::result::Result<Self, _library::field::Mismatch> {
                if value.as_map().is_none() {
                    return Err(_library::field::Mismatch::expected("an object"));
                }
                #decoding
            }

            fn encode(&self) -> _library::value::Value {
                #encoding
            }
        }
    }
}
