using System.Text.Json.Serialization;
using KestrelRaw.Admin.Pools;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace KestrelRaw.Admin;

/// <summary>Writes what the admin surface answers without reflection, which a program compiled ahead of time does not have.</summary>
[JsonSerializable(typeof(IEnumerable<PoolView>))]
[JsonSerializable(typeof(ProblemDetails))]
[JsonSerializable(typeof(HttpValidationProblemDetails))]
internal sealed partial class AdminJson : JsonSerializerContext;
