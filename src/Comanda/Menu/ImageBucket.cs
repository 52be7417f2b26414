using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Comanda.Data;

namespace Comanda.Menu;

/// <summary>
/// A bucket of Amazon's S3, or of whatever else speaks it at <see cref="Url"/> (MinIO, Garage, Ceph). Without a key, the
/// machine's own rights are used, as Amazon's tools find them.
/// </summary>
public sealed record ImageBucketOptions(string Bucket, string Region, Uri? Url, string? AccessKey, string? SecretKey)
{
    /// <summary>From COMANDA_S3_…; null where no bucket is named.</summary>
    /// <exception cref="StartupException">A variable is missing or is not what it must be.</exception>
    public static ImageBucketOptions? FromEnvironment(Func<string, string?> variable)
    {
        string? Given(string name) => variable(name) is { Length: > 0 } value ? value : null;
        if (Given("COMANDA_S3_BUCKET") is not { } bucket)
            return null;
        Uri? url = null;
        if (Given("COMANDA_S3_URL") is { } text && !(Uri.TryCreate(text, UriKind.Absolute, out url) && url.Scheme is "https" or "http"))
            throw new StartupException("COMANDA_S3_URL must be an address that begins with https:// or http://");
        var (key, secret) = (Given("COMANDA_S3_ACCESS_KEY"), Given("COMANDA_S3_SECRET_KEY"));
        if (key is null != secret is null)
            throw new StartupException("COMANDA_S3_ACCESS_KEY and COMANDA_S3_SECRET_KEY belong together: set both or neither");
        return new(bucket, Given("COMANDA_S3_REGION") ?? "us-east-1", url, key, secret);
    }
}

/// <summary>
/// Pictures in a bucket, below <c>uploads/</c>: for many machines that share no folder. The bucket stays private; we serve them.
/// </summary>
public sealed class ImageBucket(ImageBucketOptions options) : IImageStore, IDisposable
{
    private readonly AmazonS3Client client = Connect(options);

    public void Dispose() => client.Dispose();

    public async Task Put(string name, byte[] content, CancellationToken cancel)
    {
        using var body = new MemoryStream(content);
        await Told(() => client.PutObjectAsync(
            new PutObjectRequest
            {
                BucketName = options.Bucket,
                Key = KeyOf(name),
                InputStream = body,
                ContentType = ImageFormat.ContentTypeOf(name[(name.LastIndexOf('.') + 1)..]),
                UseChunkEncoding = false,
            },
            cancel));
    }

    /// <summary>
    /// Fetched whole before it is answered: parts of it can be asked for, and one that breaks off half-way is not cached for
    /// ever. Into a file that goes with the answer: a picture in memory would be held by each reader who does not read.
    /// </summary>
    public async Task<Stream?> Open(string name, CancellationToken cancel)
    {
        try
        {
            return await Told(async () =>
            {
                using var found = await client.GetObjectAsync(options.Bucket, KeyOf(name), cancel);
                var whole = PassingFile.Open(buffer: 0);
                try
                {
                    await found.ResponseStream.CopyToAsync(whole, cancel);
                }
                catch
                {
                    await whole.DisposeAsync();
                    throw;
                }

                whole.Position = 0;
                return whole;
            });
        }
        catch (ImagesUnavailableException failure) when (failure.InnerException is AmazonS3Exception
        {
            StatusCode: HttpStatusCode.NotFound,
            ErrorCode: "NoSuchKey"
        })
        {
            return null;
        }
    }

    private static string KeyOf(string name) => "uploads/" + name;

    private static AmazonS3Client Connect(ImageBucketOptions options)
    {
        var config = new AmazonS3Config
        {
            Timeout = TimeSpan.FromSeconds(20),
            MaxErrorRetry = 2,
            // Not every server that speaks S3 knows the newer checksums; TLS and the signature guard what is sent.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        if (options.Url is { } url)
        {
            config.ServiceURL = url.ToString();
            config.AuthenticationRegion = options.Region;
            config.ForcePathStyle = true; // buckets as host names need DNS that few of these servers have
        }
        else
        {
            config.RegionEndpoint = Amazon.RegionEndpoint.GetBySystemName(options.Region);
        }

        return options.AccessKey is null ? new(config) : new(new BasicAWSCredentials(options.AccessKey, options.SecretKey), config);
    }

    /// <summary>Runs it; whatever keeps the bucket from answering is said as one thing.</summary>
    private static async Task<T> Told<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (Exception failure) when (failure is AmazonClientException
            or AmazonServiceException
            or HttpRequestException
            or IOException
            or TimeoutException)
        {
            throw new ImagesUnavailableException("The store of pictures does not answer just now, or refuses us.", failure);
        }
    }
}
