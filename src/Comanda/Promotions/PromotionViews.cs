namespace Comanda.Promotions;

/// <summary>How <see cref="PromotionView"/> comes about.</summary>
public static class PromotionViews
{
    extension(PromotionView)
    {
        /// <summary>As it is shown.</summary>
        /// <param name="kept">What is shown.</param>
        /// <param name="currency">The shop's.</param>
        /// <param name="toEditor">Whoever asks edits promotions, and is told how often it was given.</param>
        public static PromotionView From(KeptPromotion kept, Currency currency, bool toEditor)
        {
            var (promotion, terms) = (kept.Promotion, kept.Terms);
            var bundles = promotion.Type == Promotions.DiscountType.BuyXGetY;
            return new()
            {
                Id = promotion.Id,
                Title = promotion.Title,
                Description = terms.Description ?? "",
                Image = string.IsNullOrEmpty(terms.Image) ? null : terms.Image,
                DiscountType = promotion.Type.ToWire(),
                DiscountValue = promotion.Type is Promotions.DiscountType.Percentage or Promotions.DiscountType.BuyXGetY
                    ? promotion.Percent.Percent
                    : promotion.Amount.In(currency),
                Code = promotion.Code,
                MinimumOrderValue = promotion.Minimum.In(currency),
                MaximumDiscount = promotion.Most?.In(currency),
                StartDate = promotion.Begins,
                EndDate = promotion.Ends,
                IsActive = promotion.IsActive,
                ApplicableProducts = terms.ApplicableProducts ?? [],
                ApplicableCategories = terms.ApplicableCategories ?? [],
                Ways = terms.Ways ?? [],
                Weekdays = terms.Weekdays ?? [],
                AvailableFrom = promotion.Hours?.From.ToString("HH:mm"),
                AvailableUntil = promotion.Hours?.Until.ToString("HH:mm"),
                BuyQuantity = bundles ? promotion.Buy : null,
                GetQuantity = bundles ? promotion.Get : null,
                GetProducts = terms.GetProducts ?? [],
                GetCategories = terms.GetCategories ?? [],
                Combo = [.. (terms.Combo ?? []).Select(c => new ComboSetView(c.Products ?? [], c.Categories ?? [], c.Quantity ?? 1))],
                Steps = promotion.Type == Promotions.DiscountType.Markdown
                    ? [.. promotion.Steps.Select(s => new MarkdownStepInput(s.From.ToString("HH:mm"), s.Percent.Percent))]
                    : null,
                BelowCost = promotion.Type == Promotions.DiscountType.Markdown ? promotion.BelowCost : null,
                FirstOrder = promotion.FirstOrder,
                UsageLimit = promotion.Limit,
                UsageLimitPerCustomer = promotion.LimitPerCustomer,
                Combinable = promotion.Combinable,
                Priority = promotion.Priority,
                IsListed = terms.IsListed ?? true,
                Used = toEditor && promotion.IsCounted ? kept.Used : null,
                CreatedAt = kept.CreatedAt,
                UpdatedAt = kept.UpdatedAt,
                Version = kept.Version,
            };
        }
    }
}
