import sys

from storefront.config.cli import main

sys.exit(main())
